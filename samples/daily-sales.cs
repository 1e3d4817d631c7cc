// What daily-sales.yaml needs around it: a small sales database and a stand-in for Slack.
// Start it with `dotnet run samples/daily-sales.cs`; Ctrl-C ends it.
#:sdk Microsoft.NET.Sdk.Web
#:package Microsoft.Data.Sqlite
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property RestoreLockedMode=false

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

const string slackUrl = "http://127.0.0.1:8090";
const string token = "xoxb-sample-token";
const string channel = "#sales";

var database = Path.Combine(SampleDirectory(), "data", "sales.db");
MakeDatabase(database, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
Console.WriteLine($"Sales database: {database}");

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
app.MapPost("/auth.test", (HttpRequest request) => IsAuthorized(request)
    ? Results.Json(new { ok = true, url = slackUrl, team = "Sample Team", user = "flowruns", team_id = "T0SAMPLE", user_id = "U0SAMPLE" })
    : Refused("invalid_auth"));
app.MapPost("/chat.postMessage", PostMessageAsync);
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Slack stand-in: {slackUrl}, token {token}, channel {channel}"));
app.Run(slackUrl);

static async Task<IResult> PostMessageAsync(HttpRequest request)
{
    if (!IsAuthorized(request))
        return Refused("invalid_auth");
    if (await ReadMessageAsync(request) is not { ValueKind: JsonValueKind.Object } message)
        return Refused("invalid_json");
    if (TextOf(message, "channel") != channel)
        return Refused("channel_not_found");
    var text = TextOf(message, "text");
    if (string.IsNullOrEmpty(text))
        return Refused("no_text");

    var microseconds = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    var ts = $"{microseconds / 1_000_000}.{microseconds % 1_000_000:d6}";
    Console.WriteLine($"{channel} {text}");
    return Results.Json(new { ok = true, ts, channel = "C0SALES", message = new { type = "message", text, ts } });
}

static async Task<JsonElement?> ReadMessageAsync(HttpRequest request)
{
    try
    {
        return await request.ReadFromJsonAsync<JsonElement>(request.HttpContext.RequestAborted);
    }
    catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
    {
        return null;
    }
}

static string? TextOf(JsonElement message, string name) =>
    message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

static bool IsAuthorized(HttpRequest request) => request.Headers.Authorization == $"Bearer {token}";

// Slack refuses with status 200, too.
static IResult Refused(string error) => Results.Json(new { ok = false, error });

static void MakeDatabase(string path, DateOnly today)
{
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    using var connection = new SqliteConnection($"Data Source={path}");
    connection.Open();
    using var transaction = connection.BeginTransaction();
    using var command = connection.CreateCommand();
    command.CommandText =
        """
        create table if not exists orders (id integer primary key, placed_on text not null, customer text not null, total integer not null);
        create index if not exists orders_by_day on orders (placed_on);
        delete from orders;
        """;
    command.ExecuteNonQuery();

    command.CommandText = "insert into orders (placed_on, customer, total) values (@day, @customer, @total)";
    var (day, customer, total) = (command.Parameters.Add("@day", SqliteType.Text), command.Parameters.Add("@customer", SqliteType.Text), command.Parameters.Add("@total", SqliteType.Integer));
    // The days ahead keep the sample alive while it is left running over midnight.
    for (var date = today.AddDays(-6); date <= today.AddDays(7); date = date.AddDays(1))
        for (var number = 1; number <= 24; number++)
        {
            (day.Value, customer.Value, total.Value) = (date.ToString("yyyy-MM-dd"), $"Customer {number % 7 + 1}", OrderTotal(number));
            command.ExecuteNonQuery();
        }

    transaction.Commit();
}

// 24 orders of a day make 12,500.
static int OrderTotal(int number) => number < 24 ? 290 + 20 * number : 310;

static string SampleDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
