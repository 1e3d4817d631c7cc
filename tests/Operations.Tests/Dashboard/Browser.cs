using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary>Debian's Chromium without a window, told what to do over its DevTools protocol, one command at a time.</summary>
sealed class Browser : IAsyncDisposable
{
    readonly string _profile = Directory.CreateTempSubdirectory("flowruns-browser-").FullName;
    readonly ClientWebSocket _socket = new();
    readonly Process _process;
    int _commands;

    Browser()
    {
        string[] own = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1240", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank"];
        _process = Process.Start(new ProcessStartInfo("chromium", own) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public static async Task<Browser> StartAsync()
    {
        var browser = new Browser();
        var port = Path.Combine(browser._profile, "DevToolsActivePort");
        var lines = await Eventually.SeeAsync(() => File.Exists(port) ? File.ReadAllLinesAsync(port) : Task.FromResult<string[]>([]), lines => lines.Length > 1);
        using var http = new HttpClient();
        var pages = await http.GetStringAsync(new Uri($"http://127.0.0.1:{lines[0]}/json/list"));
        await browser._socket.ConnectAsync(new Uri(JsonElement.Parse(pages)[0].GetProperty("webSocketDebuggerUrl").GetString()!), CancellationToken.None);
        return browser;
    }

    public Task GoAsync(Uri url) => CommandAsync("Page.navigate", new { url = url.AbsoluteUri });

    /// <summary>What a JavaScript expression is in the page, as text.</summary>
    public async Task<string> AskAsync(string expression)
    {
        var answer = await CommandAsync("Runtime.evaluate", new { expression = $"String({expression})", returnByValue = true });
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value.ToString() : "";
    }

    /// <summary>What the window shows, as PNG.</summary>
    public async Task<byte[]> PictureAsync() => (await CommandAsync("Page.captureScreenshot", new { format = "png" })).GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    async Task<JsonElement> CommandAsync(string method, object parameters)
    {
        var id = ++_commands;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return message.GetProperty("result");
        }
    }

    async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonElement.Parse(message.ToArray());
    }
}
