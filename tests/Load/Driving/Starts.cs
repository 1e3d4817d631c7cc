using System.Collections.Concurrent;
using HdrHistogram;

namespace FlowRuns.Load.Driving;

/// <summary>Starts runs over HTTP until it is stopped, and keeps what was answered.</summary>
/// <remarks>In an open loop a latency counts from when the request was due, so a slow answer is not hidden by the requests that it kept from being sent.</remarks>
sealed class Starts(IReadOnlyList<Uri> servers, byte[][] requests, Pressure pressure)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentQueue<string> _accepted = new();
    readonly Latencies _latencies = new();
    volatile bool _isMeasuring;
    long _began;
    int _next;
    int _refused;

    /// <summary>Ids of the runs that were answered with 201, those of the warm-up too.</summary>
    public IReadOnlyCollection<string> Accepted => _accepted;

    /// <summary>How many were answered with 503: each is tried again after a pause.</summary>
    public int Refused => _refused;

    /// <summary>Of the requests that were due after <see cref="Measure"/>.</summary>
    public HistogramBase Latencies => _latencies.Histogram;

    public async Task RunAsync(CancellationToken stop)
    {
        (_began, _next) = (TimeProvider.System.GetTimestamp(), -1);
        await Task.WhenAll(Enumerable.Range(0, pressure.Connections).Select(number => WorkAsync(servers[number % servers.Count], stop)));
    }

    /// <summary>From now on latencies are kept.</summary>
    public void Measure() => _isMeasuring = true;

    async Task WorkAsync(Uri server, CancellationToken stop)
    {
        using var connection = await HttpConnection.OpenAsync(server);
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _next);
            var due = await WhenDueAsync(number, stop);
            if (stop.IsCancellationRequested)
                return;

            while (!await TryStartAsync(connection, requests[number % requests.Length]))
                await Task.Delay(Pause, CancellationToken.None);
            if (_isMeasuring)
                _latencies.Add(due);
        }
    }

    /// <summary>The timestamp from which the request's latency counts.</summary>
    async Task<long> WhenDueAsync(int number, CancellationToken stop)
    {
        if (pressure.Rate is not { } rate)
            return TimeProvider.System.GetTimestamp();

        // Timers know milliseconds: what is due within one is sent together.
        var due = TimeSpan.FromMilliseconds(1000L * number / rate);
        var early = due - TimeProvider.System.GetElapsedTime(_began);
        if (early >= TimeSpan.FromMilliseconds(1))
            await Task.Delay(early, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _began + (long)(due.TotalSeconds * TimeProvider.System.TimestampFrequency);
    }

    async ValueTask<bool> TryStartAsync(HttpConnection connection, byte[] request)
    {
        var answer = await connection.SendAsync(request);
        switch (answer.Status)
        {
            case 201:
                _accepted.Enqueue(answer.RunId);
                return true;
            case 503:
                Interlocked.Increment(ref _refused);
                return false;
            default:
                throw new InvalidDataException($"A start was answered with {answer}");
        }
    }
}
