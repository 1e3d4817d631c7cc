using System.Net;

namespace FlowRuns.Connections;

/// <summary>A step wanted to reach an address that is not open to steps. Another attempt would come to the same.</summary>
sealed class EgressRefusedException(string host, IPAddress address, int port)
    : Exception($"{Target(host, address)} is a private or special address, which steps may not reach. If it is meant, add '{Entry(host)}:{port}' or its network to {EgressOptions.Section}:Allow.")
{
    static string Target(string host, IPAddress address) => IPAddress.TryParse(host, out _) ? $"{address}" : $"'{host}' resolves to {address}, which";

    static string Entry(string host) => host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
}
