namespace FlowRuns.Gateway.Edge;

/// <summary>Gives every failure and every bare error status the error envelope, and logs our own failures, once.</summary>
sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up: there is nobody to answer, and the access log should not show a success.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var error = ApiErrors.From(exception);
            if (error.StatusCode == StatusCodes.Status500InternalServerError)
                Failed(exception, context.Request.Method, context.Request.Path);
            else if (error.StatusCode > StatusCodes.Status500InternalServerError)
                NotAvailable(context.Request.Method, context.Request.Path, error.StatusCode, exception.Message);

            await error.WriteAsync(context);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            await ApiError.Of(context.Response.StatusCode).WriteAsync(context);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    partial void Failed(Exception exception, string method, string path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} was answered with {StatusCode}: {Reason}")]
    partial void NotAvailable(string method, string path, int statusCode, string reason);
}
