using FlowRuns.Projects;
using Microsoft.AspNetCore.Authorization;

namespace FlowRuns.Gateway.Auth;

/// <summary>The caller's key belongs to the default project: who runs the installation may see and make projects.</summary>
sealed class OperatorRequirement : AuthorizationHandler<OperatorRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OperatorRequirement requirement)
    {
        if (context.User.Identity is CallerIdentity caller)
        {
            if (caller.Key.Project == ProjectId.Default)
                context.Succeed(requirement);
            else
                context.Fail(new AuthorizationFailureReason(this, "This needs a key of the installation's default project."));
        }

        return Task.CompletedTask;
    }
}
