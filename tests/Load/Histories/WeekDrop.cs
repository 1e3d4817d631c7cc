using FlowRuns.Load.Measures;
using FlowRuns.Runs;
using FlowRuns.Storage.Postgres;
using Npgsql;

namespace FlowRuns.Load.Histories;

/// <summary>Drops the oldest whole week as retention does, while lists are read.</summary>
sealed class WeekDrop(string connectionString, Reads reads)
{
    static readonly TimeSpan Before = TimeSpan.FromSeconds(3);

    public async Task<DropMeasurement> MeasureAsync(byte[] list)
    {
        var (_, before) = await reads.MeasureAsync([list]);

        await using var source = NpgsqlDataSource.Create($"{connectionString};Command Timeout=0");
        await using var connection = await source.OpenConnectionAsync();
        // The oldest week has only a part of its runs: it goes first.
        var start = MondayAfter(DateTimeOffset.FromUnixTimeMilliseconds(await ReadAsync(connection, "select start_time(id) from runs order by id limit 1")));
        await PostgresPartitions.DropAsync(connection, start, CancellationToken.None);
        var end = start.AddDays(7);
        var runs = await ReadAsync(connection, "select count(*) from runs where id < $1", RunId.FirstAt(end).Value);
        var reading = reads.MeasureAsync([list]);
        await Task.Delay(Before);
        var began = TimeProvider.System.GetTimestamp();
        await PostgresPartitions.DropAsync(connection, end, CancellationToken.None);
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        var (_, meanwhile) = await reading;
        return new DropMeasurement(runs, elapsed.TotalMilliseconds, before, meanwhile);
    }

    static DateTimeOffset MondayAfter(DateTimeOffset time) => new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero).AddDays(7 - ((int)time.UtcDateTime.DayOfWeek + 6) % 7);

    static async Task<long> ReadAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // the constants above
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
