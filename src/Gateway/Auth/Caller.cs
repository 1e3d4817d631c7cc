using FlowRuns.Projects;

namespace FlowRuns.Gateway.Auth;

/// <summary>As a parameter of an endpoint: the key that authorisation has let through, and the only project it sees.</summary>
sealed record Caller(ApiKeyIdentity Key)
{
    public ProjectId Project => Key.Project;

    public static ValueTask<Caller> BindAsync(HttpContext context) => context.User.Identity is CallerIdentity identity
        ? ValueTask.FromResult(new Caller(identity.Key))
        : throw new InvalidOperationException("An endpoint that needs a caller must require authorization.");
}
