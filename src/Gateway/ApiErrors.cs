using FlowRuns.Errors;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace FlowRuns.Gateway;

/// <summary>The one place where an exception becomes an error answer.</summary>
static class ApiErrors
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static ApiError From(Exception exception) => exception switch
    {
        RequestRefusedException refused => From(refused),
        BadHttpRequestException bad => ApiError.Of(bad.StatusCode, bad.Message),
        TimeoutException => ApiError.Of(StatusCodes.Status504GatewayTimeout),
        _ when IsInterruption(exception) => Unavailable(),
        GatewayTooBusyException or LimitExceededException or OrleansLifecycleCanceledException or OperationCanceledException => Unavailable(),
        _ => ApiError.Of(StatusCodes.Status500InternalServerError),
    };

    /// <summary>Whether a silo went away, or did not answer, while it was asked: another one answers instead.</summary>
    public static bool IsInterruption(Exception exception) =>
        exception is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException;

    static ApiError From(RequestRefusedException refused) => refused.Reason switch
    {
        RefusalReason.NotFound => ApiError.Of(StatusCodes.Status404NotFound, refused.Message),
        RefusalReason.Conflict => ApiError.Of(StatusCodes.Status409Conflict, refused.Message),
        RefusalReason.Unavailable => Unavailable(refused.Message),
        RefusalReason.Invalid => ApiError.Of(StatusCodes.Status400BadRequest, refused.Message) with
        {
            Details = refused.Details.IsDefaultOrEmpty ? null : refused.Details,
        },
        _ => ApiError.Of(StatusCodes.Status500InternalServerError),
    };

    static ApiError Unavailable(string? message = null) =>
        ApiError.Of(StatusCodes.Status503ServiceUnavailable, message) with { RetryAfter = RetryAfter };
}
