using System.Diagnostics;

namespace FlowRuns.Failover.Tests.Readme;

/// <summary>A shell that runs commands and keeps what they print.</summary>
sealed class Terminal : IDisposable
{
    readonly Process shell;
    readonly string output;

    /// <param name="output">A file, because what a build leaves behind holds a pipe open for minutes.</param>
    public Terminal(string directory, string output, string commands, IReadOnlyDictionary<string, string> environment)
    {
        this.output = output;
        var start = new ProcessStartInfo("bash", ["-c", $"exec >\"{output}\" 2>&1 </dev/null\nset -e -o pipefail\n{commands}"]) { WorkingDirectory = directory };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        shell = Process.Start(start)!;
    }

    public string Output
    {
        get
        {
            if (!File.Exists(output))
                return "";
            using var reader = new StreamReader(new FileStream(output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    public bool HasExited => shell.HasExited;

    public async Task<int> WaitForExitAsync(CancellationToken deadline)
    {
        await shell.WaitForExitAsync(deadline);
        return shell.ExitCode;
    }

    public void Dispose()
    {
        if (!shell.HasExited)
            shell.Kill(entireProcessTree: true);
        shell.Dispose();
    }
}
