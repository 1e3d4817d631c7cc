using FlowRuns.Projects;
using Microsoft.AspNetCore.Authorization;

namespace FlowRuns.Gateway.Auth;

/// <summary>Names of the authorization policies that endpoints require; the host may use them for its own pages.</summary>
public static class ScopePolicies
{
    public const string Read = "read";
    public const string Write = "write";
    public const string Admin = "admin";

    /// <summary>An admin key of the default project.</summary>
    public const string Operator = "operator";

    internal static void AddApiKeys(this IServiceCollection services)
    {
        services.AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, configureOptions: null);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, ForbiddenAnswer>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Read, policy => policy.NeedsScope(ApiKeyScope.Read))
            .AddPolicy(Write, policy => policy.NeedsScope(ApiKeyScope.Write))
            .AddPolicy(Admin, policy => policy.NeedsScope(ApiKeyScope.Admin))
            .AddPolicy(Operator, policy => policy.OfApiKey().NeedsOperator());
    }

    /// <summary>An admin key of the default project, by whatever scheme it came.</summary>
    internal static AuthorizationPolicyBuilder NeedsOperator(this AuthorizationPolicyBuilder policy) =>
        policy.RequireAuthenticatedUser().AddRequirements(new ScopeRequirement(ApiKeyScope.Admin), new OperatorRequirement());

    static AuthorizationPolicyBuilder NeedsScope(this AuthorizationPolicyBuilder policy, ApiKeyScope scope) =>
        policy.OfApiKey().RequireAuthenticatedUser().AddRequirements(new ScopeRequirement(scope));

    static AuthorizationPolicyBuilder OfApiKey(this AuthorizationPolicyBuilder policy) => policy.AddAuthenticationSchemes(ApiKeyAuthentication.SchemeName);
}
