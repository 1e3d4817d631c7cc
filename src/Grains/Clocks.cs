namespace FlowRuns;

static class Clocks
{
    /// <summary>Now in whole milliseconds, as times are stored: what memory holds and what the store gives back are equal.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
