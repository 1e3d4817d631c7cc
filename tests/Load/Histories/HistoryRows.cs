using FlowRuns.Flows;
using FlowRuns.Storage.Postgres;
using Npgsql;

namespace FlowRuns.Load.Histories;

/// <summary>Finished runs by the million, copied in the database from one that the product wrote, spread over the last weeks.</summary>
/// <remarks>
/// Three flows have a tenth of the runs each, all others share the rest. In each flow one run in a thousand has another status than the rest: FAILED among
/// SUCCEEDED, CANCELED among FAILED in the second flow, SUCCEEDED among CANCELED in the third.
/// </remarks>
sealed class HistoryRows(string connectionString, string[] flows)
{
    const long Slice = 50_000;
    const int Writers = 2;

    static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(2);
    // Ten weeks: of ten million runs a week has a million.
    static readonly TimeSpan Span = TimeSpan.FromDays(70);

    // A run's number decides everything about it. A UUIDv7: the time, then digits that look random.
    const string Numbered = """
        select n,
          (lpad(to_hex($3 + n * $4 / $5), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
          $3 + n * $4 / $5 + 2 as finish_time,
          ($6::uuid[])[case when n % 10 < 3 then n % 10 + 1 else 4 + n / 10 % (cardinality($6) - 3) end] as flow_id,
          case when n / 10 % 1000 = 0
            then case n % 10 when 1 then 3 when 2 then 1 else 2 end
            else case n % 10 when 1 then 2 when 2 then 3 else 1 end
          end::smallint as status
        from generate_series($1::bigint, $2::bigint) n
        """;

    const string Summaries = $"""
        insert into runs (id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message)
        select h.id, h.flow_id, h.finish_time, r.flow_version, 1, r.steps_count, r.steps_succeeded, h.status, r.trigger_type,
          case h.status when 2 then 'Format Report' end, case h.status when 2 then 'It failed.' end
        from ({Numbered}) h, (select * from runs where id = $7) r
        """;

    const string Data = $"""
        insert into run_data (run_id, project_id, trigger_output, steps)
        select h.id, d.project_id, d.trigger_output, d.steps from ({Numbered}) h, (select * from run_data where run_id = $7) d
        """;

    // All durations are the same, so each sketch has one bucket.
    const string Figures = """
        count(*) filter (where status = 1), count(*) filter (where status = 2), count(*) filter (where status = 3),
          sum(finish_time - start_time(id)), max(start_time(id)), array_fill(count(*), array[1], array[$2::integer])
        from runs where id <> $1
        """;

    const string Statistics = $"insert into flow_stats (flow_id, succeeded, failed, canceled, duration, last_run, durations) select flow_id, {Figures} group by flow_id";

    const string HourlyStatistics = $"""
        insert into flow_stats_hourly (flow_id, hour, succeeded, failed, canceled, duration, last_run, durations)
        select flow_id, start_time(id) / 3600000 * 3600000, {Figures} group by 1, 2
        """;

    /// <summary>To be done while the product is stopped: it keeps the newest runs and the figures in memory.</summary>
    public async Task WriteAsync(long count, Action<long> progress)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0, Options = "-c synchronous_commit=off" };
        await using var source = NpgsqlDataSource.Create(settings);
        await using var first = await source.OpenConnectionAsync();
        var sample = (Guid)(await Command(first, "select id from runs limit 1").ExecuteScalarAsync())!;

        var end = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        for (var week = end - Span; week < end; week += TimeSpan.FromDays(7))
            await PostgresPartitions.MakeAheadAsync(first, week, CancellationToken.None);

        var written = 0L;
        var slices = Enumerable.Range(0, (int)((count + Slice - 1) / Slice)).Select(slice => (From: slice * Slice, To: Math.Min(count, (slice + 1) * Slice) - 1));
        await Parallel.ForEachAsync(slices, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (slice, stop) =>
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            foreach (var statement in new[] { Summaries, Data })
                await Command(connection, statement, slice.From, slice.To, (end - Span).ToUnixTimeMilliseconds(), (long)Span.TotalMilliseconds, count, Flows(), sample).ExecuteNonQueryAsync(stop);
            progress(Interlocked.Add(ref written, slice.To - slice.From + 1));
        });
        var bucket = DurationSketch.Empty.With(Duration).Counts[0].Bucket;
        foreach (var statement in new[] { Statistics, HourlyStatistics })
            await Command(first, statement, sample, bucket).ExecuteNonQueryAsync();
        await Command(first, "vacuum analyze").ExecuteNonQueryAsync();
        await Command(first, "checkpoint").ExecuteNonQueryAsync();
    }

    Guid[] Flows() => [.. flows.Select(flow => FlowId.Parse(flow, null).Value)];

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // the constants above
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
