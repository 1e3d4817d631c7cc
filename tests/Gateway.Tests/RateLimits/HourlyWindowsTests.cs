using System.Net;
using FlowRuns.Gateway.RateLimits;
using FlowRuns.Projects;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FlowRuns.Gateway.Tests;

public sealed class HourlyWindowsTests
{
    static readonly DateTimeOffset TwentyPast = DateTimeOffset.Parse("2026-04-21T09:20:00Z");
    static readonly DateTimeOffset NextHour = DateTimeOffset.Parse("2026-04-21T10:00:00Z");

    readonly FakeTimeProvider _time = new(TwentyPast);
    readonly ApiKeyId _key = ApiKeyId.New(TwentyPast);

    [Fact]
    public void Take_UpToTheLimit_CountsDownThenRefuses()
    {
        var windows = Windows(2);

        Assert.Equal(new RateLimitCount(2, 1, NextHour, Allowed: true), windows.TakeForKey(_key));
        Assert.Equal(new RateLimitCount(2, 0, NextHour, Allowed: true), windows.TakeForKey(_key));
        Assert.Equal(new RateLimitCount(2, 0, NextHour, Allowed: false), windows.TakeForKey(_key));
    }

    [Theory]
    [InlineData("00:39:59.999", false)]
    [InlineData("00:40:00", true)]
    public void Take_HourOfTheClockTurns_StartsAnew(string later, bool allowed)
    {
        var windows = Windows(1);
        windows.TakeForKey(_key);

        _time.Advance(TimeSpan.Parse(later));

        Assert.Equal(allowed, windows.TakeForKey(_key).Allowed);
    }

    [Fact]
    public void Take_OtherKeyOrAddress_CountsForItself()
    {
        var windows = Windows(1);
        windows.TakeForKey(_key);
        windows.TakeForAddress(IPAddress.Loopback);

        Assert.True(windows.TakeForKey(ApiKeyId.New(TwentyPast)).Allowed);
        Assert.True(windows.TakeForAddress(IPAddress.Parse("192.0.2.1")).Allowed);
        Assert.False(windows.TakeForAddress(IPAddress.Loopback).Allowed);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", false)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", true)]
    public void Take_AddressesOfOneSubnet_CountTogether(string first, string second, bool allowed)
    {
        var windows = Windows(1);
        windows.TakeForAddress(IPAddress.Parse(first));

        Assert.Equal(allowed, windows.TakeForAddress(IPAddress.Parse(second)).Allowed);
    }

    [Fact]
    public void Take_MoreAddressesThanAreKept_ShareOneCount()
    {
        var windows = Windows(1);
        for (var i = 0; i < HourlyWindows.MaxAddresses; i++)
            Assert.True(windows.TakeForAddress(new IPAddress(i)).Allowed);

        Assert.True(windows.TakeForAddress(IPAddress.Parse("192.0.2.1")).Allowed);
        Assert.False(windows.TakeForAddress(IPAddress.Parse("192.0.2.2")).Allowed);
        Assert.True(windows.TakeForKey(_key).Allowed);
    }

    [Fact]
    public async Task Take_ManyAtOnce_AllowsExactlyTheLimit()
    {
        var windows = Windows(5000);

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 2000).Count(_ => windows.TakeForKey(_key).Allowed))));

        Assert.Equal(5000, taken.Sum());
    }

    HourlyWindows Windows(int limit) => new(_time, Options.Create(new RateLimitOptions { RequestsPerHour = limit }));
}
