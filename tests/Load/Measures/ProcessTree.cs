using System.Globalization;

namespace FlowRuns.Load.Measures;

/// <summary>What Linux counts for a process (proc(5)).</summary>
static class ProcessTree
{
    // The kernel tells user space 100 ticks a second, whatever it counts itself.
    const int TicksPerSecond = 100;
    const int ParentField = 1;
    const int UserTimeField = 11;
    const int CpuFields = 4;

    /// <summary>Of the process and its children, also of children that have ended.</summary>
    public static TimeSpan CpuTime(int process)
    {
        var children = Directory.GetDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out var id) ? ReadStat(id) : null)
            .Where(stat => stat is not null && stat[ParentField] == $"{process}")
            .Select(stat => Ticks(stat!, fields: 2));
        return TimeSpan.FromSeconds((Ticks(ReadStat(process) ?? [], CpuFields) + children.Sum()) / (double)TicksPerSecond);
    }

    /// <summary>The most memory that it ever had.</summary>
    public static long PeakBytes(int process) => 1024L * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    /// <summary>User and system time, then the same of the children that have ended.</summary>
    static long Ticks(string[] stat, int fields) => stat.Skip(UserTimeField).Take(fields).Sum(long.Parse);

    /// <summary>The fields behind the name, which may hold blanks; null when the process is gone.</summary>
    static string[]? ReadStat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
