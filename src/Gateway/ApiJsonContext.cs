using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FlowRuns.Flows;
using FlowRuns.Gateway.Catalog;
using FlowRuns.Gateway.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.Runs;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway;

/// <summary>The JSON of the API: every type that is read or written, and the rules for both.</summary>
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Page<RunSummary>))]
[JsonSerializable(typeof(RunDetailBody))]
[JsonSerializable(typeof(StartedRun))]
[JsonSerializable(typeof(FlowStats))]
[JsonSerializable(typeof(StartRunRequest))]
[JsonSerializable(typeof(RetryRunRequest))]
[JsonSerializable(typeof(ManualTriggerOutput))]
[JsonSerializable(typeof(RunStatus))]
[JsonSerializable(typeof(TriggerType))]
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
[JsonSerializable(typeof(JsonElement))]
sealed partial class ApiJsonContext : JsonSerializerContext
{
    public static JsonSerializerOptions WireOptions { get; } = MakeOptions();

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)WireOptions.GetTypeInfo(typeof(T));

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = StrictJson.MaxDepth;
        options.Converters.Add(new UtcTimeConverter());

        // Answers are application/json that no browser may sniff, so quotes and letters need no escapes for HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        // Not Default: which half of a partial class is initialised first is not defined, and WireOptions needs this one.
        options.TypeInfoResolverChain.Insert(0, new ApiJsonContext());
    }

    static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly();
        return options;
    }
}
