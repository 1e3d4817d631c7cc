using System.Text.Json.Serialization;
using FlowRuns.Flows;
using FlowRuns.Gateway.Catalog;
using FlowRuns.Gateway.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.Runs;
using FlowRuns.Gateway.Schedules;
using FlowRuns.Gateway.Webhooks;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway;

/// <summary>Every type that the API reads or writes as JSON. <see cref="ApiJson"/> has the rules.</summary>
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Page<RunSummary>))]
[JsonSerializable(typeof(RunDetailBody))]
[JsonSerializable(typeof(StartedRun))]
[JsonSerializable(typeof(FlowStats))]
[JsonSerializable(typeof(RunStatsSeries))]
[JsonSerializable(typeof(StatsInterval))]
[JsonSerializable(typeof(StartRunRequest))]
[JsonSerializable(typeof(RetryRunRequest))]
[JsonSerializable(typeof(RunStatus))]
[JsonSerializable(typeof(TriggerType))]
[JsonSerializable(typeof(ScheduleBody))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(Page<Occurrence>))]
[JsonSerializable(typeof(OccurrenceOutcome))]
[JsonSerializable(typeof(Page<ConnectionSummary>))]
[JsonSerializable(typeof(ConnectionRequest))]
[JsonSerializable(typeof(ConnectionTest))]
[JsonSerializable(typeof(Page<ApiKeySummary>))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreatedKeyBody))]
[JsonSerializable(typeof(ApiKeyScope))]
[JsonSerializable(typeof(Page<ProjectSummary>))]
[JsonSerializable(typeof(CreateProjectRequest))]
[JsonSerializable(typeof(CreatedProjectBody))]
[JsonSerializable(typeof(PieceList))]
[JsonSerializable(typeof(FlowDocument))]
[JsonSerializable(typeof(Page<FlowDocument>))]
[JsonSerializable(typeof(FlowVersionDocument))]
[JsonSerializable(typeof(Page<FlowVersionDocument>))]
[JsonSerializable(typeof(FlowValidity))]
[JsonSerializable(typeof(FlowStatus))]
[JsonSerializable(typeof(WebhookAccepted))]
[JsonSerializable(typeof(WebhookDocument))]
[JsonSerializable(typeof(WebhookSecurityRequest))]
[JsonSerializable(typeof(WebhookAuthenticationType))]
[JsonSerializable(typeof(WebhookScheme))]
sealed partial class ApiJsonContext : JsonSerializerContext;
