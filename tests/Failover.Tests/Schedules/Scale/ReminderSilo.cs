using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlowRuns.Failover.Tests.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace FlowRuns.Failover.Tests.Schedules.Scale;

/// <summary>What schedules are compared with: a silo in this process with one reminder per flow, in the product's own reminder table.</summary>
sealed class ReminderSilo : IAsyncDisposable
{
    const string Name = "reminders";

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

    /// <returns>Once this many reminders have their timers.</returns>
    public static async Task<ReminderSilo> StartAsync(NpgsqlDataSource source, int count)
    {
        var silo = new ReminderSilo(source);
        await silo.app.StartAsync();
        for (var watch = Stopwatch.StartNew(); silo.CountActive() < count; await Task.Delay(20))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"{silo.active} of {count} reminders have their timers.");
        return silo;
    }

    public static async Task SeedAsync(NpgsqlDataSource source, int count, int due, DateTimeOffset time)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var rows = await connection.BeginBinaryImportAsync(
            "copy OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version) from stdin (format binary)");
        for (var i = 0; i < count; i++)
        {
            var grain = GrainId.Create(TickGrain.TypeName, $"flow-{i}");
            await rows.WriteRowAsync(CancellationToken.None, Name, grain.ToString(), TickGrain.Reminder, (i < due ? time : time.AddDays(30)).UtcDateTime, (long)TimeSpan.FromDays(30).TotalMilliseconds, unchecked((int)grain.GetUniformHashCode()), 0);
        }

        await rows.CompleteAsync();
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
