namespace FlowRuns.Storage.Postgres;

/// <summary>Threads of the pool that are there at once while the database is held up, and are not while it answers.</summary>
/// <remarks>
/// Npgsql asks the server to drop each command that timed out, and waits for that on a thread of the pool. A server that is held up does not answer this either, and the
/// pool adds but two threads a second to the few that it has: callers would wait for a thread, not for the database. All the time, so many threads cost CPU: 1.2 to 2.5 times as much per run on two cores.
/// </remarks>
static class SpareThreads
{
    const int Count = 64;

    static readonly Lock Turn = new();
    static volatile bool _areThere;
    static (int Threads, int Ports) _usual;

    public static void Add()
    {
        lock (Turn)
        {
            if (_areThere)
                return;
            ThreadPool.GetMinThreads(out _usual.Threads, out _usual.Ports);
            ThreadPool.SetMinThreads(Math.Max(Count, _usual.Threads), _usual.Ports);
            _areThere = true;
        }
    }

    public static void Remove()
    {
        if (!_areThere)
            return;

        lock (Turn)
        {
            if (!_areThere)
                return;
            ThreadPool.SetMinThreads(_usual.Threads, _usual.Ports);

            // Of itself the pool would come down from what it was allowed within minutes.
            ThreadPool.GetMaxThreads(out var most, out var ports);
            ThreadPool.SetMaxThreads(2 * _usual.Threads, ports);
            ThreadPool.SetMaxThreads(most, ports);
            _areThere = false;
        }
    }
}
