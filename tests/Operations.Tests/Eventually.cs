namespace FlowRuns.Operations.Tests;

/// <summary>Waits for what other processes do.</summary>
static class Eventually
{
    static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <summary>Looks until it sees what it looks for, and returns that.</summary>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> isIt, TimeSpan? atMost = null)
    {
        using var deadline = new CancellationTokenSource(atMost ?? Usual);
        while (true)
        {
            var seen = await look();
            if (isIt(seen))
                return seen;
            Assert.False(deadline.IsCancellationRequested, $"Still {seen} after {atMost ?? Usual}.");
            await Task.Delay(50);
        }
    }
}
