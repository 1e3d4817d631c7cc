using System.Net;

namespace FlowRuns.Gateway.Tests;

public sealed class AuthorizationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer fs_live_too_short")]
    [InlineData("Bearer fs_live_unknown_0000000000000000000")]
    [InlineData("Basic fs_test_admin_0000000000000000000")]
    [InlineData("fs_test_admin_0000000000000000000")]
    [InlineData("Bearer  fs_test_admin_0000000000000000000")]
    [InlineData("Bearer")]
    public async Task Key_MissingOrNotValid_IsUnauthorized(string? header)
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Get, "/api/v1/keys", headers: header is null ? [] : [("Authorization", header)]);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("UNAUTHORIZED", (await EdgeApplication.ErrorAsync(response)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/v1/flows/flow_1/runs", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("DELETE", "/api/v1/flows/flow_1/runs/run_1", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("POST", "/api/v1/flows/flow_1/runs/run_1/cancel", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("POST", "/api/v1/flows/flow_1/runs/run_1/retry", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("POST", "/api/v1/connections", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("DELETE", "/api/v1/connections/conn_1", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("POST", "/api/v1/connections/conn_1/test", EdgeApplication.ReadKey, "write", "read")]
    [InlineData("GET", "/api/v1/keys", EdgeApplication.WriteKey, "admin", "write")]
    [InlineData("POST", "/api/v1/keys", EdgeApplication.WriteKey, "admin", "write")]
    [InlineData("DELETE", "/api/v1/keys/key_1", EdgeApplication.WriteKey, "admin", "write")]
    [InlineData("GET", "/api/v1/projects", EdgeApplication.WriteKey, "admin", "write")]
    public async Task Scope_TooSmall_IsForbiddenNamingBothScopes(string method, string path, string key, string needed, string given)
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Parse(method), path, key);

        var error = await EdgeApplication.ErrorAsync(response);
        Assert.Equal("FORBIDDEN", error.GetProperty("code").GetString());
        Assert.Equal($"This needs a key of scope {needed}; the key given has scope {given}.", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Projects_AdminOfAnotherProject_IsForbidden(string method)
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Parse(method), "/api/v1/projects", EdgeApplication.OtherAdminKey);

        Assert.Equal("FORBIDDEN", (await EdgeApplication.ErrorAsync(response)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Scope_LargeEnough_LetsTheRequestThrough()
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Post, "/api/v1/flows/flow_1/runs", EdgeApplication.WriteKey);

        Assert.Equal("Flow flow_1 was not found.", (await EdgeApplication.ErrorAsync(response)).GetProperty("message").GetString());
    }
}
