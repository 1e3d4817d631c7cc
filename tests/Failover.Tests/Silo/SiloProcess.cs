using System.Diagnostics;
using System.Text;

namespace FlowRuns.Failover.Tests.Silo;

/// <summary>The real product, silo or gateway, in a process of its own.</summary>
sealed class SiloProcess : IDisposable
{
    static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(120);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly StringBuilder output = new();
    readonly Uri url;

    SiloProcess(SiloSettings settings)
    {
        url = settings.Url;
        // Who tests in the background hands an ignored SIGINT down to every process.
        string[] program = settings.Program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", settings.Program] : [settings.Program];
        string[] command = ["env", "--default-signal=INT", .. program];
        if (settings.NetworkNamespace is { } networkNamespace)
            command = ["ip", "netns", "exec", networkNamespace, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = settings.DataDirectory,
        };
        foreach (var (name, value) in settings.Environment)
            start.Environment[name] = value;

        process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What of the machine's memory it holds, in bytes.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static SiloProcess Start(SiloSettings settings) => new(settings);

    public static async Task<SiloProcess> StartReadyAsync(SiloSettings settings)
    {
        var silo = Start(settings);
        try
        {
            await silo.WaitReadyAsync();
            return silo;
        }
        catch
        {
            silo.Dispose();
            throw;
        }
    }

    public async Task WaitReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var watch = Stopwatch.StartNew();
        while (!await Readiness.IsThereAsync(http, new(url, "/health/ready")))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The silo ended with {process.ExitCode}:\n{Output}");
            if (watch.Elapsed > ReadyDeadline)
                throw new TimeoutException($"The silo is not ready after {ReadyDeadline}:\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>SIGKILL: no code of the silo runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <param name="signal">A name for <c>kill</c>: <c>TERM</c>, or <c>INT</c> for what Ctrl-C sends.</param>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        return await WaitForExitAsync();
    }

    /// <summary>Sends <c>STOP</c>, after which no code of the silo runs until <c>CONT</c>, or another signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public Task<int> WaitForExitAsync() => WaitForExitAsync(StopDeadline);

    public async Task<int> WaitForExitAsync(TimeSpan atMost)
    {
        using var deadline = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"The silo goes on after {atMost}:\n{Output}", late);
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
            output.AppendLine(line.Data);
    }
}
