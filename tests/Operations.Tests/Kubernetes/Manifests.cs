using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;
using k8s;
using k8s.Models;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>What <c>kubectl kustomize</c> makes of a folder below <c>deploy/k8s</c>, read strictly: a key that Kubernetes does not know, or a repeated one, is an error.</summary>
sealed class Manifests
{
    static readonly Dictionary<string, Type> Types = new()
    {
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/Secret"] = typeof(V1Secret),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/Ingress"] = typeof(V1Ingress),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
    };

    readonly List<object> _objects;

    Manifests(List<object> objects) => _objects = objects;

    public IEnumerable<(string Name, V1PodTemplateSpec Pod)> Workloads =>
        All<V1Deployment>().Select(d => (d.Metadata.Name, d.Spec.Template)).Concat(All<V1StatefulSet>().Select(s => (s.Metadata.Name, s.Spec.Template)));

    /// <summary>Skips the test where there is no kubectl; fails it under CI=true.</summary>
    public static async Task<Manifests> RenderAsync(string folder)
    {
        var yaml = await KustomizeAsync(Path.Combine(Repository.Root, "deploy", "k8s", folder));
        return new Manifests(KubernetesYaml.LoadAllFromString(yaml, Types, strict: true));
    }

    public IEnumerable<T> All<T>() => _objects.OfType<T>();

    public V1PodTemplateSpec Pod(string workload) => Workloads.Single(w => w.Name == workload).Pod;

    static async Task<string> KustomizeAsync(string folder)
    {
        using var process = Start(folder);
        var errors = process.StandardError.ReadToEndAsync();
        var yaml = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        Assert.Empty(await errors);
        return yaml;
    }

    static Process Start(string folder)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("kubectl is needed: https://kubernetes.io/docs/tasks/tools/");
            throw;
        }
    }
}
