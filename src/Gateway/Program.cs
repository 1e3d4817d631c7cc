using FlowRuns.Gateway;
using FlowRuns.Gateway.Host;
using FlowRuns.Gateway.Telemetry;

return await Startup.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.UseDefaultAddress();
    builder.AddClusterClient();
    builder.AddGateway();
    builder.AddTelemetry();

    await using var app = builder.Build();
    app.MapGateway();
    app.MapHealth();
    app.MapTelemetry();
    await app.RunUntilStoppedAsync();
});
