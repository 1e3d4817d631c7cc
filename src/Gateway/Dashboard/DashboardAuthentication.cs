using System.Security.Claims;
using System.Text.Encodings.Web;
using FlowRuns.Gateway.Auth;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Dashboard;

/// <summary>An API key as everywhere, or the cookie of a browser that was given one. Either way the key's grain is asked every time, so that a revocation acts at once.</summary>
sealed class DashboardAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, IGrainFactory grains, DashboardSession session)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "Dashboard";

    public const string Cookie = "flowruns-dashboard";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count > 0)
            return await Context.AuthenticateAsync(ApiKeyAuthentication.SchemeName);
        if (Request.Cookies[Cookie] is not { } cookie)
            return AuthenticateResult.NoResult();

        return session.Open(cookie) is { } key && await grains.GetGrain<IApiKeyGrain>(key).AuthenticateAsync() is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(identity)), SchemeName))
            : AuthenticateResult.Fail("The session has ended.");
    }

    /// <remarks>A page leads a person to the login; a script is told, as by the API.</remarks>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Context.ChallengeAsync(ApiKeyAuthentication.SchemeName);

        Response.Redirect(DashboardLogin.Path);
        return Task.CompletedTask;
    }
}
