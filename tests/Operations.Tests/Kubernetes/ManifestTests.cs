using FlowRuns.Failover.Tests.Silo;
using k8s.Models;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>Rules that every rendered manifest keeps.</summary>
public sealed class ManifestTests
{
    // What a silo takes at most after its steps have had their time, see GrainsHosting.
    static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Folders => ["base", "examples", "overlays/dev", "overlays/ha", "overlays/embedded"];

    public static TheoryData<string> Overlays => ["base", "overlays/dev", "overlays/ha", "overlays/embedded"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Folder_Rendered_IsReadStrictly(string folder)
    {
        var manifests = await Manifests.RenderAsync(folder);

        Assert.NotEmpty(manifests.All<object>());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_OfEveryOverlay_FitTheRestrictedPodSecurityStandard(string folder)
    {
        foreach (var (_, pod) in (await Manifests.RenderAsync(folder)).Workloads)
        {
            Assert.False(pod.Spec.AutomountServiceAccountToken);
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
            Assert.NotEqual(0, pod.Spec.SecurityContext.RunAsUser);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
            Assert.All(pod.Spec.Containers, container =>
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Resources_OfEveryOverlay_LimitMemoryWithHeadroomAndNotTheProcessor(string folder)
    {
        foreach (var container in (await Manifests.RenderAsync(folder)).Workloads.SelectMany(w => w.Pod.Spec.Containers))
        {
            Assert.True(container.Resources.Requests.ContainsKey("cpu"));
            Assert.DoesNotContain("cpu", container.Resources.Limits.Keys);
            Assert.True(container.Resources.Limits["memory"].ToInt64() >= 2 * container.Resources.Requests["memory"].ToInt64());
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Probes_OfOurPods_AskThreeDifferentQuestions(string folder)
    {
        foreach (var container in await OursAsync(folder))
        {
            Assert.Equal("/health/startup", container.StartupProbe.HttpGet.Path);
            Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
            Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
            Assert.All([container.StartupProbe, container.ReadinessProbe, container.LivenessProbe], probe => Assert.Equal("http", probe.HttpGet.Port));
            Assert.Contains(container.Ports, port => port.Name == "http");
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task GracePeriod_OfSilos_IsLongerThanTheyTakeToStop(string folder)
    {
        var manifests = await Manifests.RenderAsync(folder);
        foreach (var (name, pod) in manifests.Workloads.Where(w => w.Pod.Spec.Containers.Any(c => c.Name == "silo")))
        {
            var settings = PodSettings.Of(manifests, pod.Spec.Containers.Single());
            var takes = TimeSpan.Parse(settings["FlowRuns__Http__ShutdownDelay"]) + TimeSpan.Parse(settings.GetValueOrDefault("FlowRuns__Runs__DrainTimeout", "00:00:10")) + ShutdownMargin;

            Assert.True(TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds!.Value) > takes, $"{name} takes up to {takes}.");
        }
    }

    [Fact]
    public async Task Secret_OfTheExamples_HasEveryKeyThatPodsAskFor()
    {
        var example = (await Manifests.RenderAsync("examples")).All<V1Secret>().Single().StringData.Keys;
        var pods = (await Manifests.RenderAsync("base")).Workloads.Select(w => w.Pod.Spec).ToList();

        var variables = pods.SelectMany(pod => pod.Containers).SelectMany(container => container.Env).Select(variable => variable.ValueFrom?.SecretKeyRef?.Key).OfType<string>();
        var files = pods.SelectMany(pod => pod.Volumes).SelectMany(volume => volume.Secret?.Items ?? []).Select(item => item.Key);
        Assert.Equal(example.Order(), variables.Concat(files).Distinct().Order());
    }

    [Theory]
    [InlineData("overlays/dev")]
    [InlineData("overlays/ha")]
    public async Task NetworkPolicy_OfSilos_OpensTheirPortsToSilosAndGatewaysOnly(string folder)
    {
        var manifests = await Manifests.RenderAsync(folder);
        var policy = manifests.All<V1NetworkPolicy>().Single(p => p.Metadata.Name == "flowruns-silo").Spec;

        Assert.Equal(["Ingress"], policy.PolicyTypes);
        Assert.All(policy.PodSelector.MatchLabels, label => Assert.Equal(label.Value, manifests.Pod("flowruns-silo").Metadata.Labels[label.Key]));
        Assert.Equal(["silo"], Allowed("silo"));
        Assert.Equal(["gateway", "silo"], Allowed("silo-gateway"));

        IEnumerable<string> Allowed(string port) => policy.Ingress
            .Where(rule => rule.Ports.Any(p => p.Port == port))
            .SelectMany(rule => rule.FromProperty)
            .Select(peer => peer.NamespaceSelector is null ? peer.PodSelector.MatchLabels["app.kubernetes.io/component"] : "another namespace")
            .Order();
    }

    [Theory]
    [InlineData("overlays/dev")]
    [InlineData("overlays/ha")]
    public async Task Services_AndBudgets_SelectPodsThatAreThere(string folder)
    {
        var manifests = await Manifests.RenderAsync(folder);
        var selectors = manifests.All<V1Service>().Select(s => s.Spec.Selector).Concat(manifests.All<V1PodDisruptionBudget>().Select(b => b.Spec.Selector.MatchLabels));

        Assert.All(selectors, selector => Assert.Single(manifests.Workloads, w => selector.All(label => w.Pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));
    }

    [Fact]
    public async Task ScrapeConfiguration_OfTheDocs_NamesServicesThatListPodsWhichAreNotReadyToo()
    {
        var services = (await Manifests.RenderAsync("base")).All<V1Service>().Where(service => service.Spec.ClusterIP == "None").ToList();
        var names = Assert.Single(File.ReadLines(Path.Combine(Repository.Root, "docs", "telemetry.md")), line => line.Contains("- names: ["));

        Assert.Equal($"- names: [{string.Join(", ", services.Select(service => $"{service.Metadata.Name}.flowruns.svc").OrderDescending())}]", names.Trim());
        Assert.All(services, service => Assert.True(service.Spec.PublishNotReadyAddresses));
        Assert.All(services, service => Assert.Equal(8080, Assert.Single(service.Spec.Ports).Port));
    }

    [Theory]
    [InlineData("base", 1)]
    [InlineData("overlays/dev", 1)]
    [InlineData("overlays/ha", 2)]
    public async Task Spreading_OfOurPods_LeavesOutNodesThatTakeNone(string folder, int constraints)
    {
        var manifests = await Manifests.RenderAsync(folder);

        foreach (var workload in new[] { "flowruns-gateway", "flowruns-silo" })
            Assert.Equal(Enumerable.Repeat("Honor", constraints), manifests.Pod(workload).Spec.TopologySpreadConstraints.Select(constraint => constraint.NodeTaintsPolicy));
    }

    [Fact]
    public async Task Autoscalers_OfHa_KeepThreeOfEach()
    {
        var scalers = (await Manifests.RenderAsync("overlays/ha")).All<V2HorizontalPodAutoscaler>().ToList();

        Assert.Equal(["flowruns-gateway", "flowruns-silo"], scalers.Select(s => s.Spec.ScaleTargetRef.Name).Order());
        Assert.All(scalers, scaler => Assert.Equal(3, scaler.Spec.MinReplicas));
    }

    static async Task<IEnumerable<V1Container>> OursAsync(string folder) =>
        (await Manifests.RenderAsync(folder)).Workloads.SelectMany(w => w.Pod.Spec.Containers).Where(container => container.Image.StartsWith("flowruns-"));
}
