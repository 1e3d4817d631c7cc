using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>What stands around the operations: title, rules that hold everywhere, the key that is asked for, and the tags.</summary>
sealed class DocumentFrame : IOpenApiDocumentTransformer
{
    const string Bearer = "apiKey";

    const string Rules = """
        Runs automation flows and never loses a run.

        - **Times** are ISO-8601 in UTC: `2026-04-21T09:00:00Z`, with exactly three decimals unless the second is whole. **Durations** in answers are integer milliseconds.
        - **Absent values** are left out, never `null`; the one exception is `cursor`, which is `null` when `hasMore` is false.
        - **Long lists** take `limit` and `cursor`. A cursor is opaque and belongs to the list and the filters it was made with.
        - **Errors** have one shape: `error.code`, `error.message`, `error.statusCode`, `error.requestId`, and `error.details` where fields are at fault.
        - **Every answer** carries `X-Request-Id`, `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds).
        - **Bodies** are at most 1 MiB unless configured otherwise and nest at most 64 levels; unknown fields and repeated keys are refused.
        """;

    static readonly (string Name, string Description)[] Tags =
    [
        ("Flows", "What runs: a trigger and ordered steps, in JSON or in YAML, kept in versions."),
        ("Runs", "The history of a flow's runs, and starting, cancelling and retrying them."),
        ("Schedules", "When a flow is due next, and what became of every time when it was."),
        ("Webhooks", "Where other systems deliver, and how a flow's webhook is secured."),
        ("Connections", "What steps connect to. Values go in and never come out."),
        ("Keys", "API keys of the project; they need the scope admin."),
        ("Projects", "Projects of the installation; for an admin key of the default project."),
        ("Catalog", "The step types that flows can use."),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "FlowRuns API",
            Version = typeof(DocumentFrame).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0",
            Description = Rules,
        };

        // Paths are relative to where the document was found, whatever proxies are in between.
        document.Servers = [];
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "fs_live_... or fs_test_...",
            Description = "An API key of the project. Scopes: read, write (starts runs and changes things), admin (keys and projects); each includes the one before.",
        });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }
}
