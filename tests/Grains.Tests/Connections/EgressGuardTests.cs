using System.Net;
using FlowRuns.Connections;

namespace FlowRuns.Grains.Tests;

public sealed class EgressGuardTests
{
    static EgressGuard Guard(Func<string, string[]> resolve, params string[] allow) =>
        new(new EgressOptions { Allow = allow }, (host, _) => Task.FromResult(resolve(host).Select(IPAddress.Parse).ToArray()));

    static async Task<Exception> AskAsync(EgressGuard guard, string url)
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => guard.Client.GetAsync(new Uri(url)));
        return error.InnerException ?? error;
    }

    [Theory]
    // Loopback, in every spelling that resolvers take.
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://localhost/")]
    [InlineData("http://localhost./")]
    [InlineData("http://LOCALHOST/")]
    [InlineData("http://public.example@127.0.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://0/")]
    // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, Teredo.
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[64:ff9b:1::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001:0:7f00:1::]/")]
    // Private networks and the clouds' metadata.
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    public async Task Request_PrivateAddressInAnySpelling_IsRefused(string url)
    {
        using var guard = new EgressGuard(new EgressOptions());

        var refused = Assert.IsType<EgressRefusedException>(await AskAsync(guard, url));

        Assert.Contains("FlowRuns:Egress:Allow", refused.Message);
    }

    [Theory]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    [InlineData("http://127。0。0。1/")]
    public async Task Request_DigitsOfAnotherAlphabet_NeverReachesLoopback(string url)
    {
        await using var server = await StandIn.StartAsync(_ => Task.CompletedTask);
        using var guard = new EgressGuard(new EgressOptions());

        await Assert.ThrowsAsync<HttpRequestException>(() => guard.Client.GetAsync(new UriBuilder(url) { Port = server.Url.Port }.Uri));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("93.184.216.34", "10.1.2.3")]
    [InlineData("2606:2800:220:1::1", "::1")]
    public async Task Request_NameWithAPrivateAddress_IsRefusedAndNamesBoth(params string[] addresses)
    {
        using var guard = Guard(_ => addresses);

        var refused = Assert.IsType<EgressRefusedException>(await AskAsync(guard, "http://rebind.example/"));

        Assert.Contains("'rebind.example' resolves to", refused.Message);
        Assert.Contains(addresses[^1], refused.Message);
        Assert.Contains("'rebind.example:80'", refused.Message);
    }

    [Fact]
    public async Task Resolve_SecondAnswerPrivate_IsNeverAskedForWithinAConnection()
    {
        var answers = new Queue<string>(["93.184.216.34", "127.0.0.1"]);
        using var guard = Guard(_ => [answers.Dequeue()]);

        var first = await guard.ResolveAsync("rebind.example", 80, CancellationToken.None);

        Assert.Equal([IPAddress.Parse("93.184.216.34")], first);
        Assert.Single(answers);
        await Assert.ThrowsAsync<EgressRefusedException>(() => guard.ResolveAsync("rebind.example", 80, CancellationToken.None));
    }

    [Theory]
    [InlineData("127.0.0.0/8")]
    [InlineData("127.0.0.1")]
    [InlineData("stand-in.example:{port}")]
    [InlineData("Stand-In.Example.:{port}")]
    [InlineData("127.0.0.1:{port}")]
    public async Task Request_AllowedByNetworkOrHost_ConnectsToTheCheckedAddress(string allow)
    {
        await using var server = await StandIn.StartAsync(_ => Task.CompletedTask);
        using var guard = Guard(_ => ["127.0.0.1"], allow.Replace("{port}", $"{server.Url.Port}"));

        using var answer = await guard.Client.GetAsync(new Uri($"http://stand-in.example:{server.Url.Port}/"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"stand-in.example:{server.Url.Port}", Assert.Single(server.Requests).Headers["Host"]);
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("other.example:80")]
    [InlineData("stand-in.example:81")]
    public async Task Request_OtherThanAllowed_IsRefused(string allow)
    {
        using var guard = Guard(_ => ["127.0.0.1"], allow);

        Assert.IsType<EgressRefusedException>(await AskAsync(guard, "http://stand-in.example/"));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    public async Task Resolve_PublicAddress_IsOpen(string address)
    {
        using var guard = Guard(_ => [address]);

        Assert.Equal([IPAddress.Parse(address)], await guard.ResolveAsync("public.example", 443, CancellationToken.None));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("internal")]
    [InlineData("http://internal:80")]
    [InlineData("internal:0")]
    [InlineData("internal:65536")]
    [InlineData("0x7f.1")]
    [InlineData("")]
    public void Allow_NeitherNetworkNorHostAndPort_IsReported(string entry)
    {
        var result = new EgressOptionsRules().Validate(null, new EgressOptions { Allow = [entry] });

        Assert.Contains($"FlowRuns:Egress:Allow holds '{entry}'", result.FailureMessage);
    }
}
