using System.Text.Json;

namespace FlowRuns.Failover.Checker;

static class JsonLines
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { AllowOutOfOrderMetadataProperties = true };

    public static IReadOnlyList<T> Read<T>(string path) =>
        [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<T>(line, Options)!)];

    public static string Format<T>(T line) => JsonSerializer.Serialize(line, Options);
}
