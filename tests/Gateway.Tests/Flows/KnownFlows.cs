using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Tests.Flows;

/// <summary>A project of so many flows, the newest first, and a catalog that knows the type <c>data.set</c> only.</summary>
sealed class KnownFlows(int count) : IRunQueryGrain, ICatalogGrain
{
    readonly ImmutableArray<FlowSummary> _flows = [..
        Enumerable.Range(0, count).Select(i => SomeFlow.Detail(SomeFlow.Report).Summary with { Id = FlowId.New(DateTimeOffset.UnixEpoch.AddSeconds(count - i)), Name = $"Flow {i}" })];

    public Task<FlowPage> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit)
    {
        var from = before is { } last ? _flows.IndexOf(_flows.First(flow => flow.Id == last)) + 1 : 0;
        var rows = _flows.Skip(from).Where(flow => status is null || flow.Status == status).ToArray();
        return Task.FromResult(new FlowPage { Rows = [.. rows.Take(limit)], HasMore = rows.Length > limit });
    }

    public Task<ImmutableArray<FieldError>> ValidateAsync(ProjectId project, FlowDefinition definition) =>
        Task.FromResult<ImmutableArray<FieldError>>(
            [.. definition.Steps.Select((step, i) => (step, i)).Where(s => s.step.Type != "data.set").Select(s => new FieldError($"steps[{s.i}].type", "is not a step type."))]);

    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query) => throw new NotSupportedException();

    public Task<FlowStats> GetStatsAsync(FlowId flow, StatsWindow window) => throw new NotSupportedException();

    public Task<ImmutableArray<FlowStats>> ListStatsAsync(FlowId flow, StatsWindow window, StatsInterval interval) => throw new NotSupportedException();

    public Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query) => throw new NotSupportedException();

    public Task<RunDetail?> FindRunAsync(FlowId flow, RunId run) => throw new NotSupportedException();

    public Task<ImmutableArray<Piece>> ListPiecesAsync() => throw new NotSupportedException();
}
