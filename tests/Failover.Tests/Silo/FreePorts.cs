using System.Net;
using System.Net.Sockets;

namespace FlowRuns.Failover.Tests.Silo;

static class FreePorts
{
    /// <summary>Ports that nobody listens on now; all are held until the last is found, so that none comes twice.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
