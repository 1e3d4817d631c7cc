using System.Diagnostics;
using OpenTelemetry;

namespace FlowRuns.Gateway.Telemetry;

/// <summary>Takes out of spans what leads to a secret: a call to a key's grain names the key's hash.</summary>
sealed class SpanRedaction : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(TargetId) is string target && target.StartsWith("api-key/"))
            data.SetTag(TargetId, "api-key");
    }

    const string TargetId = "orleans.rpc.target_id";
}
