using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FlowRuns.Gateway.Tests;

/// <summary>The gateway on a loopback port, with known keys instead of a cluster.</summary>
sealed class EdgeApplication : IAsyncDisposable
{
    public const string ReadKey = "fs_test_read_00000000000000000000";
    public const string WriteKey = "fs_test_write_0000000000000000000";
    public const string AdminKey = "fs_test_admin_0000000000000000000";
    public const string OtherAdminKey = "fs_test_other_admin_0000000000000";

    readonly WebApplication _app;

    EdgeApplication(WebApplication app, TestGrains grains, FakeTimeProvider time, LogLines log)
    {
        _app = app;
        Grains = grains;
        Time = time;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public TestGrains Grains { get; }

    public FakeTimeProvider Time { get; }

    public LogLines Log { get; }

    public HttpClient Client { get; }

    /// <summary>As if there were no silo to be reached.</summary>
    public bool IsConnected { get; set; } = true;

    public static async Task<EdgeApplication> StartAsync(Action<WebApplication>? map = null, params (string Key, string Value)[] settings)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-04-21T09:20:00Z"));
        var log = new LogLines();
        var grains = new TestGrains();
        grains.AddKey(ReadKey, ApiKeyScope.Read);
        grains.AddKey(WriteKey, ApiKeyScope.Write);
        grains.AddKey(AdminKey, ApiKeyScope.Admin);
        grains.AddKey(OtherAdminKey, ApiKeyScope.Admin, ProjectId.New(DateTimeOffset.UnixEpoch));

        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton<IGrainFactory>(grains);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddGateway();

        EdgeApplication? made = null;
        builder.Services.Configure<GatewayOptions>(o => o.IsConnected = () => made?.IsConnected ?? true);

        var app = builder.Build();
        app.MapGateway();
        map?.Invoke(app);
        await app.StartAsync();
        return made = new EdgeApplication(app, grains, time, log);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>Lets time pass until the answer is there.</summary>
    public async Task<HttpResponseMessage> PassTimeAsync(Task<HttpResponseMessage> answer, TimeSpan step)
    {
        while (!answer.IsCompleted)
        {
            Time.Advance(step);
            await Task.WhenAny(answer, Task.Delay(20));
        }

        return await answer;
    }

    /// <summary>Sends the request as it is written, and returns all that comes until the server hangs up.</summary>
    public async Task<string> SendTextAsync(string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, deadline.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(deadline.Token);
    }

    /// <summary>The error of an answer, after checking that envelope, status and request id agree.</summary>
    public static async Task<JsonElement> ErrorAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        var error = Assert.Single(body.EnumerateObject()).Value;
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)response.StatusCode, error.GetProperty("statusCode").GetInt32());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), error.GetProperty("requestId").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
