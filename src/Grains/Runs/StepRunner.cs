using System.Diagnostics;
using System.Runtime.CompilerServices;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Steps;
using FlowRuns.Telemetry;
using Microsoft.Extensions.Options;

namespace FlowRuns.Runs;

/// <summary>Makes the attempts of steps: each is prepared, its input evaluated and its connection opened, and then executed within its timeout; what is recorded of it is masked.</summary>
sealed class StepRunner(StepCatalog catalog, SecretBox secrets, IGrainFactory grains, TimeProvider clock, IOptions<StepsOptions> options)
{
    // Opening one and making its mask cost more than many a step. In its own silo the project hands out the same object until somebody changes it.
    readonly ConditionalWeakTable<SealedConnection, Connection> _opened = [];

    /// <summary>Whether an attempt takes microseconds and is seen by nobody: no effects, no connection to ask for, no script.</summary>
    public bool IsInstant(StepDefinition step) => catalog.Find(step.Type) is not { HasEffects: true } && step.Connection is null && !PreparedInput.Of(step).HasScripts;

    /// <summary>Everything of an attempt that nobody outside sees. Never throws for what a step, its input or its connection can do wrong; only when <paramref name="cancellationToken"/> is cancelled, or when the engine itself cannot be asked for the connection.</summary>
    public async Task<PreparedAttempt> PrepareAsync(RunProgress progress, StepDefinition definition, CancellationToken cancellationToken)
    {
        var run = progress.Assignment;
        var sealedConnection = await FindConnectionAsync(run.ProjectId, definition);
        var prepared = new PreparedAttempt { Definition = definition };
        try
        {
            var step = catalog.Find(definition.Type) ?? throw new InvalidOperationException($"There is no step type '{definition.Type}' in this version of the program.");
            var connection = Open(sealedConnection, run.ProjectId, definition);
            if (connection is not null)
                prepared = prepared with { Mask = connection.Mask };

            var template = PreparedInput.Of(definition);
            var (input, json) = template.Render(progress.Scope, cancellationToken);
            if (progress.RecordedBytes + json.Utf8.Length > options.Value.MaxRunBytes)
                return prepared.Failed($"with the input of this step the run would have recorded {progress.RecordedBytes + json.Utf8.Length} bytes, more than the {options.Value.MaxRunBytes} that FlowRuns:Steps:MaxRunBytes allows");
            prepared = prepared with { Input = prepared.Mask.Apply(json) };
            var faults = template.IsKnownToFit ? [] : catalog.CheckInput(step, input, "input", allowExpressions: false);
            if (!faults.IsEmpty)
                return prepared.Failed(string.Join("; ", faults.Select(f => $"{f.Field}: {f.Message}")));
            template.Fits();

            return prepared with { Step = step, Context = new StepContext { Input = input, Connection = connection, AttemptKey = $"{run.Id}:{definition.Key}", TraceParent = run.TraceParent } };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return prepared.Failed(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Stopped(e, cancellationToken);
        }
    }

    /// <summary>Never throws for what the step does wrong; only when <paramref name="cancellationToken"/> is cancelled.</summary>
    /// <param name="number">Which attempt of the step this is, from 1.</param>
    public async Task<StepOutcome> ExecuteAsync(PreparedAttempt attempt, int number, CancellationToken cancellationToken)
    {
        using var activity = FlowRunsActivities.Attempt(attempt.Definition, number);
        var since = Stopwatch.GetTimestamp();
        var outcome = attempt is { Step: { } step, Context: { } context }
            ? Mask(await ExecuteAsync(step, context with { TraceParent = Activity.Current?.Id ?? context.TraceParent }, attempt.Definition.Timeout ?? options.Value.DefaultTimeout, cancellationToken), attempt.Mask)
            : attempt.Fault!;
        FlowRunsInstruments.OnStepAttempted(attempt.Definition.Type, outcome, since);
        activity.End(outcome);
        return outcome;
    }

    async Task<StepOutcome> ExecuteAsync(IStep step, StepContext context, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return step.HasEffects ? await ActAsync(step, context, limit, cancellationToken) : await step.ExecuteAsync(context, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Failed(e.Message, Final: true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Stopped(e, cancellationToken);
        }
    }

    async Task<StepOutcome> ActAsync(IStep step, StepContext context, TimeSpan limit, CancellationToken cancellationToken)
    {
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

    // Whatever a step throws when it is stopped, the run ends as canceled and not as broken.
    static OperationCanceledException Stopped(Exception error, CancellationToken stop) => new("The step was stopped.", error, stop);

    async Task<SealedConnection?> FindConnectionAsync(ProjectId project, StepDefinition definition) =>
        definition.Connection is { } name ? await grains.GetGrain<IProjectGrain>(project.ToString()).FindConnectionAsync(name) : null;

    Connection? Open(SealedConnection? connection, ProjectId project, StepDefinition definition)
    {
        if (definition.Connection is null)
            return null;
        return connection is null
            ? throw new InvalidOperationException($"There is no connection '{definition.Connection}' in the project; create it or name another one.")
            : _opened.GetValue(connection, unopened => Connection.Open(unopened, project, secrets));
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
