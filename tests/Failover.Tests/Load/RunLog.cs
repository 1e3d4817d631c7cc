using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Load;

/// <summary>A file of JSON lines that many write to at once.</summary>
sealed class RunLog<T>(string path) : IDisposable
{
    readonly StreamWriter file = new(path) { AutoFlush = true };

    public string Path => path;

    public int Count { get; private set; }

    public void Write(T line)
    {
        lock (file)
        {
            file.WriteLine(JsonLines.Format(line));
            Count++;
        }
    }

    public void Dispose() => file.Dispose();
}
