using System.Text.Json;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Expressions;

/// <summary>What the expressions of one run can read. Nothing is parsed or copied before a path asks for it.</summary>
/// <remarks>Belongs to one run: not for use by several threads at once.</remarks>
sealed class ExpressionScope(RunId run, FlowId flow, string flowName, int flowVersion, Trigger trigger)
{
    const string ScheduledTime = "scheduledTime";

    readonly Dictionary<string, Lazy<JsonElement>> _outputs = [];
    readonly Lazy<JsonElement> _trigger = new(() => trigger.Output.ToElement(), isThreadSafe: false);
    readonly Lazy<JsonElement> _scheduledTime = new(() => JsonText.String(UtcTimeConverter.Format(trigger.DueTime ?? run.StartTime)), isThreadSafe: false);

    readonly Lazy<JsonElement> _run = new(
        () => Compose(w =>
        {
            w.WriteString("id", run.ToString());
            w.WriteString("startTime", UtcTimeConverter.Format(run.StartTime));
        }),
        isThreadSafe: false);

    readonly Lazy<JsonElement> _flow = new(
        () => Compose(w =>
        {
            w.WriteString("id", flow.ToString());
            w.WriteString("name", flowName);
            w.WriteNumber("version", flowVersion);
        }),
        isThreadSafe: false);

    /// <summary>Lets later steps read <c>steps.key.output</c>.</summary>
    public void Add(string key, JsonData output) => _outputs[key] = new Lazy<JsonElement>(output.ToElement, isThreadSafe: false);

    /// <summary>The value under as many segments of the path as can be looked up at once, and how many those are.</summary>
    public JsonElement Find(DataPath path, out int used)
    {
        used = 0;
        var segments = path.Segments;
        switch (path.Root)
        {
            case "steps" when segments.Length > 1 && segments[1].Name == "output" && _outputs.TryGetValue(segments[0].Name, out var output):
                used = 2;
                return output.Value;
            case "steps":
                return Compose(WriteSteps);
            case "trigger" when segments.Length > 0 && (segments[0].Name != ScheduledTime || Scheduled):
                return _trigger.Value;
            case "trigger" when segments.Length > 0:
                used = 1;
                return _scheduledTime.Value;
            case "trigger":
                return Compose(WriteTrigger);
            case "flow":
                return _flow.Value;
            default:
                return _run.Value;
        }
    }

    bool Scheduled => _trigger.Value.TryGetProperty(ScheduledTime, out _);

    static JsonElement Compose(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = JsonData.MaxDepth }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new JsonData(buffer.GetBuffer().AsMemory(0, (int)buffer.Length)).ToElement();
    }

    void WriteSteps(Utf8JsonWriter writer)
    {
        foreach (var (key, output) in _outputs)
        {
            writer.WriteStartObject(key);
            writer.WritePropertyName("output");
            output.Value.WriteTo(writer);
            writer.WriteEndObject();
        }
    }

    void WriteTrigger(Utf8JsonWriter writer)
    {
        foreach (var member in _trigger.Value.EnumerateObject())
            member.WriteTo(writer);
        if (!Scheduled)
        {
            writer.WritePropertyName(ScheduledTime);
            _scheduledTime.Value.WriteTo(writer);
        }
    }
}
