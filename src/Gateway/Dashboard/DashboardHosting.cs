using FlowRuns.Gateway.Auth;
using Microsoft.AspNetCore.Authentication;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace FlowRuns.Gateway.Dashboard;

/// <summary>Orleans' dashboard at <c>/dashboard</c> for admins of the default project. <c>FlowRuns:Dashboard:Enabled</c> decides; left out, it is on in Development only.</summary>
/// <remarks>With a gateway of its own both sides need the setting: the gateway shows what the silos gather.</remarks>
public static class DashboardHosting
{
    const string Path = "/dashboard";
    const string Setting = "FlowRuns:Dashboard:Enabled";
    const string Policy = "dashboard";

    // What the package brings without compression of its own; pages with data in them are left alone.
    static readonly string[] Compressed = ["application/javascript", "text/javascript", "text/css"];

    public static void AddFlowRunsDashboard(this ISiloBuilder silo, IHostApplicationBuilder host)
    {
        if (IsEnabled(host.Configuration, host.Environment))
            silo.AddDashboard(options => options.HideTrace = !host.Environment.IsDevelopment());
    }

    public static void AddFlowRunsDashboard(this IClientBuilder client, IHostApplicationBuilder host)
    {
        if (IsEnabled(host.Configuration, host.Environment))
            client.AddDashboard(options => options.HideTrace = !host.Environment.IsDevelopment());
    }

    internal static void AddDashboardLogin(this IServiceCollection services)
    {
        services.AddSingleton<DashboardSession>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, DashboardAuthentication>(DashboardAuthentication.SchemeName, configureOptions: null);
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(DashboardAuthentication.SchemeName).NeedsOperator());
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = Compressed;
        });
    }

    internal static void UseDashboardCompression(this WebApplication app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path), branch => branch.UseResponseCompression());

    internal static void MapDashboard(this WebApplication app)
    {
        if (!IsEnabled(app.Configuration, app.Environment))
            return;

        app.MapDashboardLogin();
        app.MapOrleansDashboard(Path).RequireAuthorization(Policy).ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.XFrameOptions = "DENY";
            headers.CacheControl = "no-store";
            return await next(context);
        });
    }

    static bool IsEnabled(IConfiguration configuration, IHostEnvironment environment) => configuration.GetValue(Setting, environment.IsDevelopment());
}
