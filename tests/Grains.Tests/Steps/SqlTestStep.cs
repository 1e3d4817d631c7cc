using FlowRuns.Connections;
using FlowRuns.Steps;
using FlowRuns.Steps.Sql;
using Microsoft.Extensions.Options;

namespace FlowRuns.Grains.Tests;

/// <summary>A sql.query step with pools of its own.</summary>
sealed class SqlTestStep : IDisposable
{
    readonly SqlQueryStep _step;

    public SqlTestStep(StepsOptions? options = null)
    {
        var given = Options.Create(options ?? new StepsOptions());
        Pools = new PostgresPools(given, TimeProvider.System);
        _step = new SqlQueryStep(new PostgresQuery(Pools, given), given);
    }

    public PostgresPools Pools { get; }

    public Task<StepOutcome> RunAsync(Connection connection, object input, CancellationToken cancellationToken = default) =>
        _step.ExecuteAsync(SomeConnection.Context(input, connection), cancellationToken);

    public void Dispose() => Pools.Dispose();
}
