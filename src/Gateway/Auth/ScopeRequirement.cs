using FlowRuns.Projects;
using Microsoft.AspNetCore.Authorization;

namespace FlowRuns.Gateway.Auth;

/// <summary>The caller's key has at least this scope.</summary>
sealed class ScopeRequirement(ApiKeyScope needed) : AuthorizationHandler<ScopeRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.User.Identity is CallerIdentity caller)
        {
            if (caller.Key.Scope >= needed)
                context.Succeed(requirement);
            else
                context.Fail(new AuthorizationFailureReason(this, $"This needs a key of scope {Text(needed)}; the key given has scope {Text(caller.Key.Scope)}."));
        }

        return Task.CompletedTask;
    }

    static string Text(ApiKeyScope scope) => WireNames<ApiKeyScope>.Of(scope);
}
