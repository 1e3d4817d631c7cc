using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlowRuns.Failover.Tests.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FlowRuns.Failover.Tests.Schedules.Scale;

/// <summary>What schedules are compared with: a silo in this process with one reminder per flow, in the product's own reminder table.</summary>
sealed class ReminderSilo : IAsyncDisposable
{
    const string Name = "reminders";

    // Orleans gives a reminder its timer when it is due soon. Those that are due every minute show that all have been read.
    const int SoonCount = 64;

    readonly WebApplication app;
    readonly MeterListener listener = new();
    int active;

    ReminderSilo(NpgsqlDataSource source)
    {
        var ports = FreePorts.Take(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(ports[0], ports[1], serviceId: Name, clusterId: Name)
            .UseAdoNetReminderService(reminders =>
            {
                reminders.Invariant = "Npgsql";
                reminders.DataSource = source;
            }));
        app = builder.Build();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "orleans-reminders-active")
                self.EnableMeasurementEvents(instrument);
        };
        // A silo that has ended still says that it has none.
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => active += value);
        listener.Start();
    }

    public static async Task<ReminderSilo> StartAsync(NpgsqlDataSource source)
    {
        var silo = new ReminderSilo(source);
        await silo.app.StartAsync();
        return silo;
    }

    public async Task WaitArmedAsync()
    {
        for (var watch = Stopwatch.StartNew(); CountActive() < SoonCount; await Task.Delay(20))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"{active} reminders have their timers.");
    }

    public static async Task SeedAsync(NpgsqlDataSource source, int count, int due, DateTimeOffset time)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var rows = await connection.BeginBinaryImportAsync(
            "copy OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version) from stdin (format binary)");
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < SoonCount; i++)
            await WriteAsync($"soon-{i}", "soon", now, TimeSpan.FromMinutes(1));
        for (var i = 0; i < count; i++)
            await WriteAsync($"flow-{i}", TickGrain.Reminder, i < due ? time : time.AddDays(30), TimeSpan.FromDays(30));
        await rows.CompleteAsync();

        async Task WriteAsync(string key, string reminder, DateTimeOffset start, TimeSpan period)
        {
            var grain = GrainId.Create(TickGrain.TypeName, key);
            await rows.WriteRowAsync(CancellationToken.None, Name, grain.ToString(), reminder, start.UtcDateTime, (long)period.TotalMilliseconds, unchecked((int)grain.GetUniformHashCode()), 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    int CountActive()
    {
        active = 0;
        listener.RecordObservableInstruments();
        return active;
    }
}
