using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using FlowRuns.Failover.Tests.Silo;
using k8s.Models;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>A container as its manifest says, as a process on this machine: its command, environment, secret files, ports and probes.</summary>
/// <remarks>Only what a machine has one of is moved: ports go to free ones, all addresses to loopback, mounted folders to a temporary one.</remarks>
sealed class Pod : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("flowruns-pod-").FullName;
    readonly StringBuilder _output = new();
    readonly Dictionary<string, int> _ports = [];
    readonly V1PodSpec _spec;
    readonly Process _process;

    Pod(Manifests manifests, string workload, PublishedHosts published, IReadOnlyDictionary<string, string> own)
    {
        _spec = manifests.Pod(workload).Spec;
        var container = Container;
        var free = new Queue<int>(FreePorts.Take(container.Ports.Count));
        foreach (var port in container.Ports)
            _ports[port.Name] = free.Dequeue();

        string[] command = [.. container.Command.Select(part => part.Replace("/app", published.FolderOf(container.Name)))];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _root };
        foreach (var (name, value) in PodSettings.Of(manifests, container).Concat(own))
            start.Environment[name] = Moved(value);
        MountVolumes(manifests);
        // The images bring the runtime along; published without it, the programs look for it there.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url => new($"http://{PodSettings.PodAddress}:{_ports["http"]}");

    public TimeSpan GracePeriod => TimeSpan.FromSeconds(_spec.TerminationGracePeriodSeconds!.Value);

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    V1Container Container => _spec.Containers.Single();

    /// <param name="own">What only this machine knows, such as where its PostgreSQL is.</param>
    public static Pod Start(Manifests manifests, string workload, PublishedHosts published, IReadOnlyDictionary<string, string> own) => new(manifests, workload, published, own);

    /// <summary>As the kubelet asks: how often, how long, and how many failures are too many.</summary>
    public async Task<bool> SucceedsAsync(Func<V1Container, V1Probe> which)
    {
        var probe = which(Container);
        using var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1) };
        for (var failures = 0; failures < probe.FailureThreshold; failures++)
        {
            if (_process.HasExited)
                return false;
            if (await Readiness.IsThereAsync(http, new Uri(probe.HttpGet.Path, UriKind.Relative)))
                return true;
            await Task.Delay(TimeSpan.FromSeconds(probe.PeriodSeconds ?? 10));
        }

        return false;
    }

    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <returns>The exit code; null when the grace period ended first, after which the kubelet kills.</returns>
    public async Task<int?> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(GracePeriod);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    string Moved(string value)
    {
        foreach (var port in Container.Ports)
            value = value == $"{port.ContainerPort}" ? $"{_ports[port.Name]}" : value.Replace($":{port.ContainerPort}", $":{_ports[port.Name]}");
        var isMounted = Container.VolumeMounts.Any(mount => value == mount.MountPath || value.StartsWith($"{mount.MountPath}/"));
        return isMounted ? $"{_root}{value}" : value.Replace("0.0.0.0", PodSettings.PodAddress);
    }

    void MountVolumes(Manifests manifests)
    {
        foreach (var mount in Container.VolumeMounts)
        {
            var folder = Directory.CreateDirectory($"{_root}{mount.MountPath}");
            var secret = _spec.Volumes?.SingleOrDefault(volume => volume.Name == mount.Name)?.Secret;
            foreach (var item in secret?.Items ?? [])
                File.WriteAllText(Path.Combine(folder.FullName, item.Path), manifests.All<V1Secret>().Single(s => s.Metadata.Name == secret!.SecretName).StringData[item.Key]);
        }
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
