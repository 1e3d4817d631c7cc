using FlowRuns.Errors;
using FlowRuns.Webhooks;

namespace FlowRuns.Grains.Tests;

public sealed class AllowedNetworksTests
{
    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.7", true)]
    [InlineData("203.0.113.0/24", "203.0.114.7", false)]
    [InlineData("203.0.113.0/24", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("::ffff:203.0.113.0/120", "203.0.113.7", true)]
    [InlineData("::ffff:203.0.113.0/120", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:DB8::1", "2001:db8:0:0::1", true)]
    [InlineData("::/0", "203.0.113.7", false)] // IPv6 is not IPv4
    [InlineData("0.0.0.0/0", "203.0.113.7", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("0.0.0.0/0", "", false)]
    public void Contain_AnAddress_LooksAtItsNetwork(string network, string address, bool contained)
    {
        Assert.Equal(contained, AllowedNetworks.Parse([network]).Contain(address));
    }

    [Fact]
    public void Contain_NoNetworks_LetsEverybodyIn()
    {
        Assert.True(AllowedNetworks.Parse([]).Contain("203.0.113.7"));
    }

    [Fact]
    public void Texts_OfTheNetworks_AreInOneForm()
    {
        var networks = AllowedNetworks.Parse(["203.0.113.7", "::ffff:203.0.113.7", "2001:DB8::/32", "10.0.0.0/8"]);

        Assert.Equal(["203.0.113.7/32", "2001:db8::/32", "10.0.0.0/8"], networks.Texts);
    }

    [Theory]
    [InlineData("", "'' is not an IP address or network")]
    [InlineData("example.com", "'example.com' is not an IP address or network")]
    [InlineData("203.0.113.0/33", "'203.0.113.0/33' is not an IP address or network")]
    [InlineData("203.0.113.0/-1", "'203.0.113.0/-1' is not an IP address or network")]
    [InlineData("2130706433", "'2130706433' is not an IP address or network")]
    [InlineData("fe80::1%eth0", "'fe80::1%eth0' is not an IP address or network")]
    [InlineData("203.0.113.7/24", "'203.0.113.7/24' has bits set beyond its prefix; the network is 203.0.113.0/24")]
    [InlineData("2001:db8::1/32", "'2001:db8::1/32' has bits set beyond its prefix; the network is 2001:db8::/32")]
    public void Parse_SomethingElse_NamesTheEntryAndTheWayOut(string text, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => AllowedNetworks.Parse(["10.0.0.0/8", text]));

        var error = Assert.Single(refused.Details);
        Assert.Equal("allowedIPs[1]", error.Field);
        Assert.StartsWith(message, error.Message);
    }
}
