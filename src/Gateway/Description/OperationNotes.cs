using System.Collections.Immutable;
using FlowRuns.Gateway.Flows;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.Runs;
using FlowRuns.Gateway.Webhooks;
using FlowRuns.Json;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>What an operation's signature does not tell: its query, its body, and what a call looks like.</summary>
sealed record OperationNotes
{
    static readonly OperationNotes None = new();

    static readonly OperationNotes Delivery = new()
    {
        Description = "Needs no API key: the flow says what it asks of a delivery, and 401 does not tell what was wrong. A method that the flow does not answer gets 405. "
            + "With `response: IMMEDIATELY` this answers when the run is durable. With `WHEN_FINISHED` it answers what the flow's `webhook.respond` step says, else the last step's output, or 202 when the time is up. "
            + "The body may be JSON, a form, text or anything else; a repeat under the same key answers with the first run, with another body 409.",
        Parameters = [Parameter.IdempotencyKey],
        Body = typeof(JsonData),
        BodyIsOptional = true,
        BodyExample = "webhook-delivery",
        Answer = "webhook-accepted",
        CanConflict = true,
        NeedsNoKey = true,
    };

    static readonly Dictionary<string, OperationNotes> ById = new()
    {
        ["listFlows"] = new() { Parameters = [Parameter.Limit, Parameter.Cursor, Parameter.FlowStatus], Answer = "flow-list" },
        ["createFlow"] = new()
        {
            Description = "Made as version 1 and inactive: its schedule or webhook is off until it is enabled. What an answer shows besides name, description, trigger and steps may stand in the body and is ignored, so that a flow can be fetched, edited and sent back.",
            Body = typeof(FlowDocument),
            BodyExample = "flow-body",
            TakesYaml = true,
            Answer = "flow-created",
        },
        ["validateFlow"] = new()
        {
            Description = "Answers 200 for a flow that could be read, valid or not; a body that is not JSON or YAML at all is a 400. Cron expressions, step types, connections and references are looked at once every field could be read.",
            Body = typeof(FlowDocument),
            BodyExample = "flow-body",
            TakesYaml = true,
            Answer = "flow-validity",
        },
        ["getFlow"] = new() { Description = "Answers YAML on `Accept: application/yaml`.", Answer = "flow" },
        ["updateFlow"] = new()
        {
            Description = "Changes what the body gives and leaves the rest. A change of trigger or steps makes the next version. Status and counters in the body are ignored, as on creation.",
            Body = typeof(FlowDocument),
            IsChange = true,
            BodyExample = "flow-change",
            TakesYaml = true,
            Answer = "flow",
        },
        ["enableFlow"] = new() { Description = "A repeat changes nothing.", Answer = "flow" },
        ["disableFlow"] = new() { Description = "Runs under way go on, and a run can still be started by hand. A repeat changes nothing.", Answer = "flow" },
        ["deleteFlow"] = new(),
        ["listFlowVersions"] = new() { Answer = "flow-version-list" },
        ["getFlowVersion"] = new() { Description = "Answers YAML on `Accept: application/yaml`.", Answer = "flow-version" },
        ["restoreFlowVersion"] = new() { Answer = "flow" },

        ["listRuns"] = new()
        {
            Parameters = [Parameter.Limit, Parameter.Cursor, Parameter.RunStatuses, Parameter.TriggerType, Parameter.StartedAfter, Parameter.StartedBefore],
            Answer = "run-list",
        },
        ["getRun"] = new() { Description = "The trigger is the first step. A running run shows what it has done so far.", Answer = "run" },
        ["getRunStats"] = new()
        {
            Description = "Of all runs ever started, or of those that started in a window: what retention removed still counts. Figures are kept by the hour, so a window is widened to whole hours, which the answer names. Percentiles are within 2 %.",
            Parameters = [Parameter.StatsFrom, Parameter.StatsTo],
            Answer = "run-stats",
        },
        ["getRunStatsSeries"] = new()
        {
            Description = "The same figures for each hour, or each day in UTC, that the window touches, oldest first; buckets without runs are there too.",
            Parameters = [Parameter.SeriesFrom, Parameter.SeriesTo, Parameter.Interval],
            Answer = "run-stats-series",
        },
        ["startRun"] = new()
        {
            Description = "When this answers 201 the run is durable and will end, whatever dies afterwards. A disabled flow can be run by hand too.",
            Parameters = [Parameter.IdempotencyKey, Parameter.Wait],
            Body = typeof(StartRunRequest),
            BodyIsOptional = true,
            BodyExample = "run-start",
            Answer = "run-started",
            CanConflict = true,
        },
        ["retryRun"] = new() { Body = typeof(RetryRunRequest), BodyIsOptional = true, BodyExample = "run-retry", Answer = "run-started", CanConflict = true },
        ["cancelRun"] = new() { Description = "Aborts the step that is under way.", Answer = "run-canceled", CanConflict = true },
        ["deleteRun"] = new() { CanConflict = true },

        ["getWebhook"] = new() { Answer = "webhook" },
        ["setWebhookSecurity"] = new()
        {
            Description = "Addresses and networks in CIDR form, IPv4 and IPv6; deliveries from others are answered with 403. An empty list lets every address in. Acts within a second.",
            Body = typeof(WebhookSecurityRequest),
            BodyExample = "webhook-security",
            Answer = "webhook",
        },
        ["deliverByGet"] = Delivery,
        ["deliverByPost"] = Delivery,
        ["deliverByPut"] = Delivery,
        ["deliverByPatch"] = Delivery,
        ["deliverByDelete"] = Delivery,

        ["listConnections"] = new() { Answer = "connection-list" },
        ["putConnection"] = new() { Body = typeof(ConnectionRequest), BodyExample = "connection-body", Answer = "connection" },
        ["getConnection"] = new() { Answer = "connection" },
        ["testConnection"] = new() { Answer = "connection-test" },
        ["listKeys"] = new() { Answer = "key-list" },
        ["createKey"] = new() { Body = typeof(CreateKeyRequest), BodyExample = "key-body", Answer = "key-created" },
        ["listProjects"] = new() { Answer = "project-list" },
        ["createProject"] = new() { Body = typeof(CreateProjectRequest), BodyExample = "project-body", Answer = "project-created" },
        ["listPieces"] = new() { Answer = "piece-list" },
    };

    public string? Description { get; init; }

    public ImmutableArray<OpenApiParameter> Parameters { get; init; } = [];

    public Type? Body { get; init; }

    /// <summary>Whether every field of the body may be left out.</summary>
    public bool IsChange { get; init; }

    public bool BodyIsOptional { get; init; }

    public bool TakesYaml { get; init; }

    /// <summary>The name of the file under <c>Examples</c>; null where there is no body.</summary>
    public string? BodyExample { get; init; }

    public string? Answer { get; init; }

    public bool CanConflict { get; init; }

    public bool NeedsNoKey { get; init; }

    public static OperationNotes Of(OpenApiOperation operation) => ById.GetValueOrDefault(operation.OperationId ?? "", None);
}
