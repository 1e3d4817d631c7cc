using Npgsql;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>Connections that are kept from others until this is disposed.</summary>
sealed class HeldConnections(NpgsqlDataSource source) : IAsyncDisposable
{
    readonly List<NpgsqlConnection> _connections = [];

    public async Task<bool> TryTakeAsync()
    {
        try
        {
            _connections.Add(await source.OpenConnectionAsync());
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>On the first of them.</summary>
    public async Task ExecuteAsync(string sql)
    {
#pragma warning disable CA2100 // the test's own text
        await using var command = new NpgsqlCommand(sql, _connections[0]);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
            await connection.DisposeAsync();
        await source.DisposeAsync();
    }
}
