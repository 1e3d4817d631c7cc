using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Storage.Postgres;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>40,000 finished runs of a big flow, every thousandth of them failed, over five weekly partitions, and as many of two hundred others.</summary>
public sealed class PlanFixture(PostgresServer server) : IAsyncDisposable
{
    const int Runs = 40_000;
    const int Others = 200;
    static readonly TimeSpan Span = TimeSpan.FromDays(30);

    readonly List<string> _notices = [];
    Task? _ready;
    NpgsqlDataSource _source = null!;
    NpgsqlConnection _connection = null!;

    internal FlowId Big { get; } = NewFlow();

    internal FlowId Small { get; } = NewFlow();

    /// <summary>A flow whose runs all started in one hour, at the beginning of the second week: as many as others have in that week.</summary>
    internal FlowId Burst { get; } = NewFlow();

    internal DateTimeOffset Now { get; } = Noon + Span;

    /// <summary>A run of the big flow from half way through its history.</summary>
    internal RunId Middle { get; private set; }

    /// <summary>Its run number 200.</summary>
    internal RunId Early { get; private set; }

    internal Task ReadyAsync() => _ready ??= PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_source is not null)
            await _source.DisposeAsync();
    }

    /// <summary>The plans of the statements that the read sends, with what they really did.</summary>
    internal async Task<List<ExplainedPlan>> ExplainAsync(Func<NpgsqlConnection, Task> read)
    {
        _notices.Clear();
        await read(_connection);
        return [.. _notices.Select(ExplainedPlan.Read)];
    }

    async Task PrepareAsync()
    {
        _source = PostgresDatabase.Open($"{await server.NewDatabaseAsync()};Command Timeout=120", "flowruns-tests");
        foreach (var time in new[] { Noon, Noon.AddDays(14) })
            await new PostgresRunStore(_source, _source, new FakeTimeProvider(time)).PrepareAsync(default);
        _connection = await _source.OpenConnectionAsync();
        await FillAsync(_connection);

        _connection.Notice += (_, notice) => _notices.Add(notice.Notice.MessageText);
        await _connection.ExecuteAsync("load 'auto_explain'", [], default);
        foreach (var setting in new[] { "log_min_duration = 0", "log_analyze = on", "log_buffers = on", "log_timing = off", "log_format = json", "log_level = notice" })
            await _connection.ExecuteAsync($"set auto_explain.{setting}", [], default);
        _notices.Clear();
    }

    async Task FillAsync(NpgsqlConnection connection)
    {
        var times = Enumerable.Range(0, Runs).Select(i => Noon + (Span * (i / (double)Runs))).ToList();
        var big = times.Select(time => RunId.Next(default, time)).ToList();
        (Early, Middle) = (big[200], big[Runs / 2]);
        var others = Enumerable.Range(0, Others).Select(_ => NewFlow()).ToList();
        await InsertAsync(connection, big, [.. big.Select(_ => Big.Value)]);
        await InsertAsync(connection, [.. times.Select(time => RunId.Next(default, time))], [.. Enumerable.Range(0, Runs).Select(i => i is 0 or Runs / 2 ? Small.Value : others[i % Others].Value)]);
        await InsertAsync(connection, [.. Enumerable.Range(0, Runs / 4).Select(i => RunId.Next(default, Noon.AddDays(6) + (TimeSpan.FromHours(1) * (4.0 * i / Runs))))], [.. Enumerable.Range(0, Runs / 4).Select(_ => Burst.Value)]);
        await connection.ExecuteAsync("insert into flows (id, project_id, status, deleted) select distinct flow_id, $1::uuid, 1, false from runs", [ProjectId.Default.Value], default);
        await connection.ExecuteAsync(
            """
            insert into flow_stats_hourly (flow_id, hour, succeeded, failed, canceled, duration, last_run, durations)
            select flow_id, start_time(id) / 3600000 * 3600000, count(*), 0, 0, 0, max(start_time(id)), '[40:44]={1,2,3,4,5}' from runs group by 1, 2
            """,
            [],
            default);
        await connection.ExecuteAsync("insert into idempotency_keys (flow_id, key, run_id, request_hash) select flow_id, id::text, id, 'hash' from runs order by id::text desc", [], default);
        await connection.ExecuteAsync("insert into occurrences (flow_id, due_time, outcome, run_id) select flow_id, row_number() over (order by id), 1, id from runs order by md5(id::text)", [], default);
        await connection.ExecuteAsync("analyze", [], default);
    }

    static Task<int> InsertAsync(NpgsqlConnection connection, List<RunId> ids, Guid[] flows) => connection.ExecuteAsync(
        """
        with added as (
          insert into runs (id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type)
          select id, flow_id, start_time(id) + 40, 1, 1, 5, 5, case when n % 1000 = 0 then 2 else 1 end, 2 from unnest($1::uuid[], $2::uuid[]) with ordinality as r (id, flow_id, n)
          returning id)
        insert into run_data (run_id, project_id, trigger_output, steps) select id, $3::uuid, 'null', '[]' from added
        """,
        [ids.Select(id => id.Value).ToArray(), flows, ProjectId.Default.Value],
        default);
}
