namespace FlowRuns.Failover.Tests.Silo;

static class Readiness
{
    /// <returns>Whether the address answers, with anything but an error of the server.</returns>
    public static async Task<bool> IsThereAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return (int)answer.StatusCode < 500;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
