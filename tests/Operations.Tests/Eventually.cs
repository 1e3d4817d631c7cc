namespace FlowRuns.Operations.Tests;

/// <summary>Waits for what other processes do.</summary>
static class Eventually
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Looks until it sees what it looks for, and returns that.</summary>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> isIt)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var seen = await look();
            if (isIt(seen))
                return seen;
            Assert.False(deadline.IsCancellationRequested, $"Still {seen} after {Deadline}.");
            await Task.Delay(50);
        }
    }
}
