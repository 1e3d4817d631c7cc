using System.Net;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary>Who gets to see <c>/dashboard</c> of the real process, and what.</summary>
[Collection(SiloCollection.Name)]
public sealed class DashboardTests(DashboardServer server) : IClassFixture<DashboardServer>
{
    static readonly string[] Paths =
    [
        "/dashboard", "/dashboard/", "/dashboard/index.html", "/dashboard/index.min.js", "/dashboard/index.css", "/dashboard/version",
        "/dashboard/DashboardCounters", "/dashboard/ClusterStats", "/dashboard/Reminders", "/dashboard/GrainTypes", "/dashboard/TopGrainMethods",
        "/dashboard/GrainState?grainId=proj_00000000000000000000000000&grainType=FlowRuns.Projects.ProjectGrain", "/dashboard/Trace",
    ];

    readonly DashboardClient _dashboard = server.Client;
    readonly SiloSettings _settings = server.Settings;

    [Fact]
    public async Task EveryPage_WithoutAnAdminKeyOfTheDefaultProject_IsRefused()
    {
        using var api = new SiloApi(_settings);
        var writeKey = (await api.PostAsync("/api/v1/keys", new { name = "writer", scope = "write" })).GetProperty("key").GetString();
        var otherKey = (await api.PostAsync("/api/v1/projects", new { name = "Other" })).GetProperty("key").GetString();

        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync(path));
            Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync(path, ("Authorization", "Bearer fs_live_00000000000000000000000000000000")));
            Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync(path, ("Cookie", "flowruns-dashboard=9999999999.apikey_00.AAAA")));
            Assert.Equal(HttpStatusCode.Forbidden, await _dashboard.StatusAsync(path, ("Authorization", $"Bearer {writeKey}")));
            Assert.Equal(HttpStatusCode.Forbidden, await _dashboard.StatusAsync(path, ("Authorization", $"Bearer {otherKey}")));
        }
    }

    [Fact]
    public async Task EveryPage_WithAnAdminKey_IsShownButForTraces()
    {
        foreach (var path in Paths.Skip(1).SkipLast(1))
            Assert.Equal(HttpStatusCode.OK, await _dashboard.StatusAsync(path, ("Authorization", $"Bearer {_settings.Key}")));
        Assert.Equal(HttpStatusCode.Forbidden, await _dashboard.StatusAsync("/dashboard/Trace", ("Authorization", $"Bearer {_settings.Key}")));
    }

    [Fact]
    public async Task Login_WithAnAdminKey_OpensTheDashboardUntilTheKeyIsRevoked()
    {
        using var api = new SiloApi(_settings);
        var key = await api.PostAsync("/api/v1/keys", new { name = "admin", scope = "admin" });

        using var login = await _dashboard.LogInAsync(key.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; path=/dashboard; samesite=strict; httponly", cookie);
        Assert.DoesNotContain(key.GetProperty("key").GetString()!, cookie);
        var session = cookie.Split(';')[0];

        Assert.Equal(HttpStatusCode.OK, await _dashboard.StatusAsync("/dashboard/DashboardCounters", ("Cookie", session)));
        Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync("/dashboard/DashboardCounters", ("Cookie", session[..^2] + "AA")));
        Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync("/api/v1/flows", ("Cookie", session)));
        using var revoked = await api.Http.DeleteAsync($"/api/v1/keys/{key.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await _dashboard.StatusAsync("/dashboard/DashboardCounters", ("Cookie", session)));
    }

    [Fact]
    public async Task Login_WithoutAValidAdminKey_IsRefused()
    {
        using var api = new SiloApi(_settings);
        var writeKey = (await api.PostAsync("/api/v1/keys", new { name = "writer", scope = "write" })).GetProperty("key").GetString()!;

        foreach (var key in new[] { writeKey, "fs_live_00000000000000000000000000000000", "<script>", "" })
        {
            using var login = await _dashboard.LogInAsync(key);
            Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
            Assert.False(login.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Login_SentByAnotherSite_IsRefused()
    {
        using var foreign = await _dashboard.LogInAsync(_settings.Key, ("Origin", "https://elsewhere.example"));
        using var opaque = await _dashboard.LogInAsync(_settings.Key, ("Origin", "null"));
        using var own = await _dashboard.LogInAsync(_settings.Key, ("Origin", _settings.Url.GetLeftPart(UriPartial.Authority)));

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Redirect], [foreign.StatusCode, opaque.StatusCode, own.StatusCode]);
    }

    [Fact]
    public async Task Page_AskedForByABrowser_LeadsToTheLogin()
    {
        using var answer = await _dashboard.SendAsync("/dashboard/", ("Accept", "text/html,application/xhtml+xml"));
        using var page = await _dashboard.SendAsync("/dashboard/login");

        Assert.Equal("/dashboard/login", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<form method=\"post\"", await page.Content.ReadAsStringAsync());
        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task Script_ForABrowser_IsCompressed()
    {
        using var answer = await _dashboard.SendAsync("/dashboard/index.min.js", ("Authorization", $"Bearer {_settings.Key}"), ("Accept-Encoding", "br"));

        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 100_000, 1_500_000);
    }

    [Fact]
    public async Task GrainState_OfGrainsThatHoldSecrets_IsEmpty()
    {
        using var api = new SiloApi(_settings);
        await api.PostAsync("/api/v1/connections", new { name = "secret", app = "http", value = new { bearer = "hush" } });

        foreach (var (id, type) in new[] { ("proj_00000000000000000000000000", "FlowRuns.Projects.ProjectGrain"), ("apikey_00", "FlowRuns.Projects.ApiKeyGrain"), ("gateway", "FlowRuns.Gateways.GatewayGrain") })
        {
            using var answer = await _dashboard.SendAsync($"/dashboard/GrainState?grainId={id}&grainType={type}", ("Authorization", $"Bearer {_settings.Key}"));
            Assert.Equal("\"{}\"", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Dashboard_NotSwitchedOn_IsNotThere()
    {
        var directory = Directory.CreateTempSubdirectory("flowruns-dashboard-").FullName;
        var settings = new SiloSettings { DataDirectory = directory };
        using (await SiloProcess.StartReadyAsync(settings))
        {
            using var api = new SiloApi(settings);
            foreach (var path in Paths.Append("/dashboard/login"))
            {
                using var answer = await api.Http.GetAsync(path);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
        }

        Directory.Delete(directory, recursive: true);
    }
}
