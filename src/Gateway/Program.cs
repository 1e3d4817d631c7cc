using FlowRuns.Gateway;
using FlowRuns.Gateway.Host;

return await Startup.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.UseDefaultAddress();
    builder.AddClusterClient();
    builder.AddGateway();

    await using var app = builder.Build();
    app.MapGateway();
    app.MapHealth();
    await app.RunUntilStoppedAsync();
});
