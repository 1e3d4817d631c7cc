namespace FlowRuns.Load.Results;

/// <param name="LoadAverage">Of the minute before: what else the machine did.</param>
sealed record Machine(string Processor, int Cores, double MemoryGigabytes, string System, string LoadAverage)
{
    public static Machine Read() => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name"))?.Split(':')[1].Trim() ?? "unknown",
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        Environment.OSVersion.VersionString,
        File.ReadAllText("/proc/loadavg").Split(' ')[0]);
}
