using System.Security.Claims;
using System.Text.Encodings.Web;
using FlowRuns.Gateway.Edge;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Auth;

/// <summary><c>Authorization: Bearer</c> with an API key. Asks the key's grain every time, so that a revocation acts at once.</summary>
/// <remarks>The first to call a grain, so it is here that a gateway without silos refuses every request.</remarks>
sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, IGrainFactory grains, IOptions<GatewayOptions> gateway)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "Bearer";

    const string Prefix = SchemeName + " ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Probes and scrapers are no callers: they have to be answered while no silo is there that knows a key.
        if (Context.GetEndpoint()?.Metadata is { } endpoint && endpoint.GetMetadata<IAuthorizeData>() is null && endpoint.GetMetadata<AuthorizationPolicy>() is null)
            return AuthenticateResult.NoResult();
        if (!gateway.Value.IsConnected())
            throw new SiloUnavailableException("No silo can be reached.");
        if (Request.Headers.Authorization.Count == 0)
            return AuthenticateResult.NoResult();

        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail("The Authorization header must be: Bearer, one space, and an API key.");

        var key = header[Prefix.Length..];
        if (!ApiKeyFormat.IsWellFormed(key))
            return AuthenticateResult.Fail("The API key is not one: it starts with fs_live_ or fs_test_ and has 32 to 128 letters, digits and _.");

        var known = grains.GetGrain<IApiKeyGrain>(IApiKeyGrain.KeyOf(key));
        ApiKeyIdentity? identity;
        try
        {
            identity = await known.AuthenticateAsync();
        }
        catch (Exception e) when (ApiErrors.IsInterruption(e))
        {
            await Task.Delay(OneRetry.Pause, TimeProvider, Context.RequestAborted);
            identity = await known.AuthenticateAsync();
        }

        if (identity is null)
            return AuthenticateResult.Fail("The API key is unknown, revoked or expired.");

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(identity)), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        Response.Headers.WWWAuthenticate = SchemeName;
        await ApiError.Of(StatusCodes.Status401Unauthorized, result.Failure?.Message).WriteAsync(Context);
    }
}
