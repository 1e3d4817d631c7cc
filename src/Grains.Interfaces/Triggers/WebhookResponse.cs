using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

[JsonConverter(typeof(UpperSnakeCaseConverter<WebhookResponse>))]
public enum WebhookResponse
{
    Immediately,
    WhenFinished,
}
