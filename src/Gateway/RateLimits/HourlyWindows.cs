using System.Collections.Concurrent;
using System.Net;
using FlowRuns.Projects;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.RateLimits;

/// <summary>Counts requests per caller in hours of the clock. Each gateway process counts for itself.</summary>
/// <remarks>All counters go when the hour does, and addresses beyond <see cref="MaxAddresses"/> share one counter, so memory stays bounded.</remarks>
sealed class HourlyWindows(TimeProvider time, IOptions<RateLimitOptions> options)
{
    public const int MaxAddresses = 100_000;

    static readonly TimeSpan Length = TimeSpan.FromHours(1);

    readonly int _limit = options.Value.RequestsPerHour;
    Window _window = new(0);

    public RateLimitCount TakeForKey(ApiKeyId key)
    {
        var window = Current();
        return Take(window, window.Keys.GetOrAdd(key, static _ => new Counter()));
    }

    public RateLimitCount TakeForAddress(IPAddress? address)
    {
        var window = Current();
        return Take(window, window.OfAddress(Subnet(address ?? IPAddress.None)));
    }

    RateLimitCount Take(Window window, Counter counter)
    {
        var allowed = counter.TryTake(_limit, out var taken);
        return new RateLimitCount(_limit, _limit - taken, DateTimeOffset.UnixEpoch + ((window.Hour + 1) * Length), allowed);
    }

    Window Current()
    {
        var hour = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / Length.Ticks;
        var window = Volatile.Read(ref _window);
        if (window.Hour == hour)
            return window;

        var next = new Window(hour);
        var seen = Interlocked.CompareExchange(ref _window, next, window);
        return seen == window ? next : seen;
    }

    // One household or host has a whole /64 of IPv6 addresses to itself.
    static IPAddress Subnet(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();

        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length) || length < bytes.Length)
            return address;
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    sealed class Window(long hour)
    {
        readonly ConcurrentDictionary<IPAddress, Counter> _addresses = [];
        readonly Counter _others = new();
        int _known;

        public long Hour { get; } = hour;

        public ConcurrentDictionary<ApiKeyId, Counter> Keys { get; } = [];

        public Counter OfAddress(IPAddress address)
        {
            if (_addresses.TryGetValue(address, out var counter))
                return counter;
            return Interlocked.Increment(ref _known) > MaxAddresses ? _others : _addresses.GetOrAdd(address, static _ => new Counter());
        }
    }

    sealed class Counter
    {
        int _taken;

        public bool TryTake(int limit, out int taken)
        {
            var before = Volatile.Read(ref _taken);
            while (before < limit)
            {
                var seen = Interlocked.CompareExchange(ref _taken, before + 1, before);
                if (seen == before)
                {
                    taken = before + 1;
                    return true;
                }

                before = seen;
            }

            taken = limit;
            return false;
        }
    }
}
