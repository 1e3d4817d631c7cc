using System.Diagnostics;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Steps;
using FlowRuns.Telemetry;
using Microsoft.Extensions.Options;

namespace FlowRuns.Runs;

/// <summary>Makes one attempt of a step: evaluates its input, opens its connection, executes it within its timeout, and masks what is recorded.</summary>
sealed class StepRunner(StepCatalog catalog, SecretBox secrets, IGrainFactory grains, TimeProvider clock, IOptions<StepsOptions> options)
{
    public bool HasEffects(StepDefinition step) => catalog.Find(step.Type) is { HasEffects: true };

    /// <summary>Whether an attempt takes microseconds and is seen by nobody: no effects, no connection to ask for, no script.</summary>
    public bool IsInstant(StepDefinition step) => !HasEffects(step) && step.Connection is null && !PreparedInput.Of(step).HasScripts;

    /// <summary>Never throws for what a step, its input or its connection can do wrong; only when <paramref name="cancellationToken"/> is cancelled, or when the engine itself cannot be asked for the connection.</summary>
    public async Task<StepAttempt> AttemptAsync(RunProgress progress, StepDefinition definition, CancellationToken cancellationToken)
    {
        using var activity = FlowRunsActivities.Attempt(definition, progress.AttemptsBegun);
        var since = Stopwatch.GetTimestamp();
        var attempt = await MakeAsync(progress, definition, cancellationToken);
        FlowRunsInstruments.OnStepAttempted(definition.Type, attempt.Outcome, since);
        activity.End(attempt.Outcome);
        return attempt;
    }

    async Task<StepAttempt> MakeAsync(RunProgress progress, StepDefinition definition, CancellationToken cancellationToken)
    {
        var run = progress.Assignment;
        var sealedConnection = await FindConnectionAsync(run.ProjectId, definition);
        var mask = SecretMask.None;
        JsonData? recorded = null;
        try
        {
            var step = catalog.Find(definition.Type) ?? throw new InvalidOperationException($"There is no step type '{definition.Type}' in this version of the program.");
            var connection = Open(sealedConnection, run.ProjectId, definition);
            if (connection is not null)
                mask = SecretMask.Of([connection]);

            var prepared = PreparedInput.Of(definition);
            var (input, json) = prepared.Render(progress.Scope, cancellationToken);
            recorded = mask.Apply(json);
            var faults = prepared.IsKnownToFit ? [] : catalog.CheckInput(step, input, "input", allowExpressions: false);
            if (!faults.IsEmpty)
                return new(recorded, new StepOutcome.Failed(mask.Apply(string.Join("; ", faults.Select(f => $"{f.Field}: {f.Message}"))), Final: true));
            prepared.Fits();

            var context = new StepContext { Input = input, Connection = connection, AttemptKey = $"{run.Id}:{definition.Key}", TraceParent = Activity.Current?.Id ?? run.TraceParent };
            return new(recorded, Mask(await ExecuteAsync(step, context, definition.Timeout ?? options.Value.DefaultTimeout, cancellationToken), mask));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(recorded, new StepOutcome.Failed(mask.Apply(e.Message), Final: true));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a step throws when it is stopped, the run ends as canceled and not as broken.
            throw new OperationCanceledException("The step was stopped.", e, cancellationToken);
        }
    }

    async Task<StepOutcome> ExecuteAsync(IStep step, StepContext context, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!step.HasEffects)
            return await step.ExecuteAsync(context, cancellationToken);

        using var timeout = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Off the grain's scheduler, because drivers may block a thread: a cancel must get through meanwhile. The context is the step's own.
            FailPoint.Pass(FailPoint.BeforeEffect);
            var outcome = await Task.Run(() => step.ExecuteAsync(context, stop.Token), stop.Token).WaitAsync(stop.Token);
            FailPoint.Pass(FailPoint.AfterEffect);
            return outcome;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Failed($"timed out after {DurationTextConverter.Format(limit)}");
        }
    }

    async Task<SealedConnection?> FindConnectionAsync(ProjectId project, StepDefinition definition) =>
        definition.Connection is { } name ? await grains.GetGrain<IProjectGrain>(project.ToString()).FindConnectionAsync(name) : null;

    Connection? Open(SealedConnection? connection, ProjectId project, StepDefinition definition)
    {
        if (definition.Connection is null)
            return null;
        return connection is null
            ? throw new InvalidOperationException($"There is no connection '{definition.Connection}' in the project; create it or name another one.")
            : Connection.Open(connection, project, secrets);
    }

    StepOutcome Mask(StepOutcome outcome, SecretMask mask) => outcome switch
    {
        StepOutcome.Succeeded s when s.Output.Utf8.Length > options.Value.MaxOutputBytes =>
            new StepOutcome.Failed($"the output has {s.Output.Utf8.Length} bytes, more than the {options.Value.MaxOutputBytes} that FlowRuns:Steps:MaxOutputBytes allows", Final: true),
        StepOutcome.Succeeded s => s with { Output = mask.Apply(s.Output) },
        StepOutcome.Failed f => f with { Message = mask.Apply(f.Message) },
        _ => outcome,
    };
}
