using System.Security.Claims;
using FlowRuns.Projects;

namespace FlowRuns.Gateway.Auth;

/// <summary>A caller with a valid API key.</summary>
sealed class CallerIdentity(ApiKeyIdentity key)
    : ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, key.Id.ToString())], ApiKeyAuthentication.SchemeName)
{
    public ApiKeyIdentity Key { get; } = key;
}
