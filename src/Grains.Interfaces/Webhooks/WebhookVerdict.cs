namespace FlowRuns.Webhooks;

/// <summary>What became of a delivery.</summary>
public enum WebhookVerdict
{
    /// <summary>Authentic, and its run is durable.</summary>
    Accepted,

    /// <summary>No such flow, its trigger is no webhook, or it is disabled: senders cannot tell these apart.</summary>
    NotFound,

    /// <summary>The sender's address is not on the flow's list.</summary>
    AddressRefused,
    MethodRefused,

    /// <summary>Not shown to come from whom it should; which part was wrong is not told.</summary>
    NotAuthentic,
}
