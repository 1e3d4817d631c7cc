using FlowRuns.Gateway;
using FlowRuns.Gateway.Edge;
using FlowRuns.Gateway.Host;
using FlowRuns.Gateway.Telemetry;
using FlowRuns.Silo;

return await Startup.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.UseDefaultAddress();
    var servesApi = builder.Configuration.ReadRole() == Role.All;

    using var profile = Profile.Open(builder.Configuration, builder.Environment);
    profile.AddTo(builder);
    if (servesApi)
        builder.AddGateway();
    else
        builder.Services.AddEdge();
    builder.AddTelemetry();
    builder.Services.AddHealth();
    builder.Services.AddHostedService<Bootstrap>();

    await using var app = builder.Build();
    if (servesApi)
        app.MapGateway();
    app.MapHealth();
    app.MapTelemetry();
    await profile.PrepareAsync(app.Services);
    await app.RunUntilStoppedAsync();
});
