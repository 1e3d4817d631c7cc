using k8s.Models;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>The environment that a container would get.</summary>
static class PodSettings
{
    public const string PodAddress = "127.0.0.1";

    public static Dictionary<string, string> Of(Manifests manifests, V1Container container)
    {
        var settings = new Dictionary<string, string>();
        foreach (var from in container.EnvFrom ?? [])
        {
            foreach (var (name, value) in manifests.All<V1ConfigMap>().Single(map => map.Metadata.Name == from.ConfigMapRef.Name).Data)
                settings[name] = value;
        }

        foreach (var variable in container.Env ?? [])
        {
            if (Value(manifests, variable) is { } value)
                settings[variable.Name] = value;
        }

        return settings;
    }

    static string? Value(Manifests manifests, V1EnvVar variable) => variable switch
    {
        { Value: { } value } => value,
        { ValueFrom.FieldRef.FieldPath: "status.podIP" } => PodAddress,
        { ValueFrom.SecretKeyRef: { } reference } => Secret(manifests, reference),
        _ => throw new NotSupportedException($"{variable.Name} comes from where this test cannot look."),
    };

    /// <summary>null where the operator brings the secret.</summary>
    static string? Secret(Manifests manifests, V1SecretKeySelector reference) =>
        manifests.All<V1Secret>().SingleOrDefault(secret => secret.Metadata.Name == reference.Name)?.StringData[reference.Key];
}
