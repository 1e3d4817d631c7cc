using System.Net;
using System.Net.Sockets;

namespace FlowRuns.Connections;

/// <summary>The only way by which steps speak HTTP: it connects to the addresses that it has checked, and to nothing else.</summary>
/// <remarks>A name is resolved once per connection and every address it has must be allowed, so a second answer of the resolver is never used.
/// Redirects are not followed here: whoever follows one sends a new request, which is checked again.</remarks>
sealed class EgressGuard : IDisposable
{
    readonly EgressAllowList _allow;
    readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    public EgressGuard(EgressOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _allow = EgressAllowList.Of(options);
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        Client = new HttpClient(new SocketsHttpHandler
        {
            // Whom steps call learns the step's traceparent, which it sends itself, and nothing else of the engine's.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // A connection outlives its check only for so long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Follows no redirects, keeps no cookies, has no timeout of its own.</summary>
    public HttpClient Client { get; }

    /// <summary>The addresses of a host, all of them allowed.</summary>
    /// <exception cref="EgressRefusedException">One of them is not.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        var name = host.TrimEnd('.');
        IPAddress[] addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await _resolve(name, cancellationToken);
        foreach (var address in addresses)
        {
            if (PrivateNetworks.Contain(address) && !_allow.Contains(host, address, port))
                throw new EgressRefusedException(host, address, port);
        }

        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    public void Dispose() => Client.Dispose();

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, port, cancellationToken);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
