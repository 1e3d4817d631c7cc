using FlowRuns.Connections;
using FlowRuns.Projects;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FlowRuns.Steps.Sql;

/// <summary>One pool per connection, so that no two share sessions, and none shares them with the engine: a role may end the sessions of its own.</summary>
/// <remarks>A pool goes when its connection gets another value, and when nobody used it for a while. What is in use is finished first.</remarks>
sealed class PostgresPools : IDisposable
{
    readonly StepsOptions _options;
    readonly TimeProvider _time;
    readonly ITimer _sweep;
    readonly Lock _lock = new();
    readonly Dictionary<ConnectionId, PostgresPool> _pools = [];

    public PostgresPools(IOptions<StepsOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _sweep = time.CreateTimer(_ => RetireIdle(), state: null, _options.SqlPoolIdle, _options.SqlPoolIdle);
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _pools.Count;
        }
    }

    /// <summary>An open connection; disposing of it gives it back.</summary>
    /// <exception cref="ArgumentException">The connection string is none.</exception>
    public async Task<NpgsqlConnection> OpenAsync(Connection connection, CancellationToken cancellationToken)
    {
        var pool = Enter(connection);
        try
        {
            return await pool.Source.OpenConnectionAsync(cancellationToken);
        }
        finally
        {
            Leave(pool);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_lock)
        {
            foreach (var pool in _pools.Values)
                pool.Source.Dispose();
            _pools.Clear();
        }
    }

    PostgresPool Enter(Connection connection)
    {
        var connectionString = connection.Find("connectionString") ?? "";
        lock (_lock)
        {
            if (_pools.TryGetValue(connection.Id, out var pool) && pool.ConnectionString != connectionString)
                Retire(connection.Id, pool);
            if (!_pools.TryGetValue(connection.Id, out pool))
                _pools[connection.Id] = pool = new PostgresPool(connectionString, PostgresPool.Build(connection, connectionString, _options.SqlPoolSize));
            pool.Opening++;
            pool.LastUse = _time.GetTimestamp();
            return pool;
        }
    }

    void Leave(PostgresPool pool)
    {
        lock (_lock)
        {
            pool.Opening--;
            if (pool is { Retired: true, Opening: 0 })
                pool.Source.Dispose();
        }
    }

    void RetireIdle()
    {
        lock (_lock)
        {
            foreach (var (id, pool) in _pools.Where(one => _time.GetElapsedTime(one.Value.LastUse) >= _options.SqlPoolIdle).ToList())
                Retire(id, pool);
        }
    }

    // The data source closes sessions that are in use once they come back, but opens none any more: hence the wait for those that are about to.
    void Retire(ConnectionId id, PostgresPool pool)
    {
        _pools.Remove(id);
        pool.Retired = true;
        if (pool.Opening == 0)
            pool.Source.Dispose();
    }
}
