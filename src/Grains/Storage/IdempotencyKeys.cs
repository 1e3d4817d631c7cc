namespace FlowRuns.Storage;

static class IdempotencyKeys
{
    /// <summary>How long a key holds, from the start of the run that it started.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
}
