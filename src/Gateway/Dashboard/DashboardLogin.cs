using System.Text;
using FlowRuns.Gateway.Auth;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FlowRuns.Gateway.Dashboard;

/// <summary>The page on which a person exchanges an admin key for a cookie, and the way out.</summary>
static class DashboardLogin
{
    public const string Path = "/dashboard/login";

    public static void MapDashboardLogin(this IEndpointRouteBuilder endpoints)
    {
        var login = endpoints.MapGroup(Path).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
        login.MapGet("/", (HttpResponse response) => Page(response, StatusCodes.Status200OK, "An admin key of the default project opens the dashboard for eight hours."));
        login.MapPost("/", LogInAsync);
        endpoints.MapPost("/dashboard/logout", LogOut).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    static async Task<Results<ContentHttpResult, RedirectHttpResult>> LogInAsync([FromForm] string? key, HttpContext context, IGrainFactory grains, DashboardSession session)
    {
        if (IsOfAnotherSite(context.Request))
            return Page(context.Response, StatusCodes.Status403Forbidden, "The form was sent by another site.");
        if (key is null || !ApiKeyFormat.IsWellFormed(key))
            return Refused(context.Response);

        var grainKey = IApiKeyGrain.KeyOf(key);
        if (await grains.GetGrain<IApiKeyGrain>(grainKey).AuthenticateAsync() is not { Scope: ApiKeyScope.Admin } identity || identity.Project != ProjectId.Default)
            return Refused(context.Response);

        context.Response.Cookies.Append(DashboardAuthentication.Cookie, session.Seal(grainKey), Attributes(context.Request));
        return TypedResults.Redirect("/dashboard/");
    }

    static Results<ContentHttpResult, RedirectHttpResult> LogOut(HttpContext context)
    {
        if (IsOfAnotherSite(context.Request))
            return Page(context.Response, StatusCodes.Status403Forbidden, "The form was sent by another site.");

        context.Response.Cookies.Delete(DashboardAuthentication.Cookie, Attributes(context.Request));
        return TypedResults.Redirect(Path);
    }

    // Browsers send Origin with every POST; what sends none is no browser, and has no session that another site could borrow.
    static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && (!Uri.TryCreate(origin, UriKind.Absolute, out var site) || site.Authority != request.Host.Value);

    static CookieOptions Attributes(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https",
        Path = "/dashboard",
        MaxAge = DashboardSession.Lifetime,
    };

    static ContentHttpResult Refused(HttpResponse response) =>
        Page(response, StatusCodes.Status401Unauthorized, "That is not a valid admin key of the default project.");

    static ContentHttpResult Page(HttpResponse response, int status, string message)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        response.Headers.CacheControl = "no-store";
        return TypedResults.Content(
            $$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>FlowRuns dashboard</title>
            <style>body { font: 1rem system-ui, sans-serif; max-width: 26rem; margin: 15vh auto; padding: 0 1rem } input, button { font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; margin-top: .75rem }</style>
            <h1>FlowRuns dashboard</h1>
            <p>{{message}}</p>
            <form method="post" action="{{Path}}">
              <label>Admin key <input name="key" type="password" autocomplete="current-password" required autofocus></label>
              <button>Log in</button>
            </form>
            </html>
            """,
            "text/html",
            Encoding.UTF8,
            status);
    }
}
