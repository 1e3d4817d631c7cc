using FlowRuns.Load.Driving;
using FlowRuns.Load.Measures;

namespace FlowRuns.Load.Histories;

/// <summary>Sends the same kind of read again and again over so many connections.</summary>
sealed class Reads(Uri server, int connections, TimeSpan duration)
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public async Task<(double PerSecond, Percentiles Milliseconds)> MeasureAsync(byte[][] requests)
    {
        var latencies = new Latencies();
        using var stop = new CancellationTokenSource(WarmUp + duration);
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => WorkAsync()));
        return (latencies.Histogram.TotalCount / duration.TotalSeconds, Percentiles.Of(latencies.Histogram));

        async Task WorkAsync()
        {
            using var connection = await HttpConnection.OpenAsync(server);
            while (!stop.IsCancellationRequested)
            {
                var sent = TimeProvider.System.GetTimestamp();
                var answer = await connection.SendAsync(requests[Random.Shared.Next(requests.Length)]);
                if (answer.Status != 200)
                    throw new InvalidDataException($"A read was answered with {answer}");
                if (TimeProvider.System.GetElapsedTime(began, sent) >= WarmUp)
                    latencies.Add(sent);
            }
        }
    }
}
