using System.Text;

namespace FlowRuns.Operations.Tests.Telemetry;

/// <summary>A span as OTLP sends it (opentelemetry-proto, <c>trace/v1/trace.proto</c>).</summary>
sealed record Span(string TraceId, string Id, string ParentId, string Name, TimeSpan Duration, ulong Start, IReadOnlyDictionary<string, string> Tags)
{
    public static IEnumerable<Span> ReadAll(byte[] export) =>
        from resource in Protobuf.Messages(export, 1)
        from scope in Protobuf.Messages(resource, 2)
        from span in Protobuf.Messages(scope, 2)
        select Read(span);

    /// <summary>The span and what is below it, as an indented text.</summary>
    public string Tree(IReadOnlyList<Span> all, int depth = 0)
    {
        var tags = string.Join(" ", Tags.Where(tag => tag.Key is "flowruns.step" or "flowruns.step.type" or "flowruns.run.status" or "http.route" or "http.response.status_code").Select(tag => $"{tag.Key}={tag.Value}"));
        var line = $"{new string(' ', 2 * depth)}{Name}  {Duration.TotalMilliseconds:0.0} ms  {tags}".TrimEnd();
        return string.Concat([$"{line}\n", .. all.Where(span => span.ParentId == Id).OrderBy(span => span.Start).Select(span => span.Tree(all, depth + 1))]);
    }

    static Span Read(ReadOnlyMemory<byte> span)
    {
        var fields = Protobuf.Fields(span).ToLookup(field => field.Number);
        var tags = fields[9].Select(field => Protobuf.Fields(field.Bytes).ToLookup(part => part.Number)).ToDictionary(part => Text(part[1].First()), part => Value(part[2].First().Bytes));
        var (start, end) = (fields[7].First().Value, fields[8].First().Value);
        return new Span(Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), Text(fields[5].First()), TimeSpan.FromMicroseconds((end - start) / 1000), start, tags);
    }

    static string Hex(IEnumerable<Protobuf.Field> field) => Convert.ToHexStringLower(field.FirstOrDefault().Bytes.Span);

    static string Text(Protobuf.Field field) => Encoding.UTF8.GetString(field.Bytes.Span);

    static string Value(ReadOnlyMemory<byte> value)
    {
        var field = Protobuf.Fields(value).FirstOrDefault();
        return field.Number == 1 ? Text(field) : $"{field.Value}";
    }
}
