using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Host;

/// <summary>Runs a host of ours, silo or gateway, and turns what its operator can mend into one line and exit code 1.</summary>
public static class Startup
{
    const string DefaultAddress = "http://127.0.0.1:8080";

    public static async Task<int> RunAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (Exception e) when (e is StartupException or OptionsValidationException or InvalidOperationException { InnerException: FormatException } or IOException)
        {
            await Console.Error.WriteLineAsync($"FlowRuns did not start: {e.Message}");
            return 1;
        }
    }

    public static async Task RunUntilStoppedAsync(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (Exception e) when (stopping.IsCancellationRequested && e is (OperationCanceledException or OrleansLifecycleCanceledException))
        {
            // Told to stop before it was ready: nothing was promised yet, and the next start finds what this one found.
        }
    }

    /// <summary>Loopback only, unless <c>ASPNETCORE_URLS</c> or <c>--urls</c> says otherwise.</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
            builder.WebHost.UseUrls(DefaultAddress);
    }
}
