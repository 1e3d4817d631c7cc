namespace FlowRuns.Gateway.Schedules;

sealed record PauseRequest
{
    /// <summary>Required. Due times before it pass without a run.</summary>
    public DateTimeOffset? Until { get; init; }

    public DateTimeOffset Validate()
    {
        var errors = new FieldErrors();
        if (Until is null)
            errors.Add("until", "is required: a time such as 2026-04-21T09:00:00Z.");
        errors.ThrowIfAny();
        return Until.GetValueOrDefault();
    }
}
