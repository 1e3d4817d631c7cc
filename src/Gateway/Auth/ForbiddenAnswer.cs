using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace FlowRuns.Gateway.Auth;

/// <summary>Says which scope is missing, where a requirement of ours said so; everything else is answered as usual.</summary>
sealed class ForbiddenAnswer : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler _usual = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden || authorizeResult.AuthorizationFailure?.FailureReasons.LastOrDefault() is not { } reason)
            return _usual.HandleAsync(next, context, policy, authorizeResult);

        return ApiError.Of(StatusCodes.Status403Forbidden, reason.Message).WriteAsync(context);
    }
}
