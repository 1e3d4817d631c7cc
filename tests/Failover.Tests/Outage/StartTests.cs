using FlowRuns.Failover.Tests.Silo;
using Npgsql;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>Starts that meet a database which is away.</summary>
[Collection(SiloCollection.Name)]
public sealed class StartTests : IAsyncLifetime
{
    const string Waits = "The start waits";

    /// <summary>As when another silo has changed the version since it was read.</summary>
    const string RefuseTheNextChangeOfMembership =
        """
        create sequence changes;
        create function refuse_first() returns trigger language plpgsql as $$ begin return case when nextval('changes') > 1 then new end; end $$;
        create trigger refuse_first before update on OrleansMembershipVersionTable for each row execute function refuse_first();
        """;

    const string RecordMembership =
        """
        create table membership_events (number serial, event text);
        create function record() returns trigger language plpgsql as $$ begin insert into membership_events (event) values (tg_argv[0]); return new; end $$;
        create trigger died after update on OrleansMembershipTable for each row when (new.Status = 6 and old.Status <> 6) execute function record('died');
        create trigger joined after insert on OrleansMembershipTable for each row execute function record('joined');
        """;

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-start-").FullName;
    Postgres? _postgres;
    SiloSettings _settings = null!;

    public async ValueTask InitializeAsync()
    {
        if ((_postgres = await Postgres.StartNewAsync()) is null)
            return;
        await File.WriteAllTextAsync(Path.Combine(_directory, "encryption.key"), $"k1:{Convert.ToBase64String(new byte[32])}\n");
        _settings = new SiloSettings { DataDirectory = _directory, ConnectionString = _postgres.ConnectionString };
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Start_DatabaseNotThereYet_WaitsForIt()
    {
        var postgres = Required();
        await postgres.StopAsync("fast");
        using var silo = SiloProcess.Start(_settings);
        await UntilAsync(() => Task.FromResult(silo.Output.Contains(Waits)));

        await postgres.StartAsync();

        await silo.WaitReadyAsync();
    }

    [Fact]
    public async Task Start_DatabaseCrashesOnceItsSchemaIsMade_WaitsForItAsTheSameProcess()
    {
        var postgres = Required();
        using var silo = SiloProcess.Start(_settings);
        await UntilAsync(HasSchemaAsync);
        await postgres.KillAsync();
        await UntilAsync(() => Task.FromResult(silo.HasExited || silo.Output.Contains(Waits)));

        await postgres.StartAsync();

        await silo.WaitReadyAsync();
    }

    [Fact]
    public async Task Start_AnotherSiloWritesMembershipAtTheSameMoment_EarlierProcessIsDeadBeforeThisOneJoins()
    {
        Required();
        using (var earlier = await SiloProcess.StartReadyAsync(_settings))
            await earlier.KillAsync();
        await using var source = NpgsqlDataSource.Create($"{_settings.ConnectionString};Pooling=false");
        await ExecuteAsync(source, RefuseTheNextChangeOfMembership);
        await ExecuteAsync(source, RecordMembership);

        using var silo = await SiloProcess.StartReadyAsync(_settings);

        await using var command = source.CreateCommand("select array_agg(event order by number) from membership_events");
        Assert.Equal(["died", "joined"], (string[])(await command.ExecuteScalarAsync())!);
    }

    [Fact]
    public async Task Start_AtTheAddressOfARunningSilo_EndsWithTheReasonAndTheOtherOneGoesOn()
    {
        Required();
        using var running = await SiloProcess.StartReadyAsync(_settings);
        using var second = SiloProcess.Start(_settings with { Ports = [FreePorts.Take(1)[0], .. _settings.Ports[1..]] });

        Assert.Equal(1, await second.WaitForExitAsync());

        Assert.Contains($"FlowRuns did not start: Orleans:Endpoints:SiloPort: nothing can listen at 127.0.0.1:{_settings.Ports[1]}", second.Output);
        await running.WaitReadyAsync();
    }

    [Fact]
    public async Task Stop_WhileTheStartWaits_EndsItAtOnce()
    {
        var postgres = Required();
        using var silo = SiloProcess.Start(_settings);
        await UntilAsync(HasSchemaAsync);
        await postgres.KillAsync();
        await UntilAsync(() => Task.FromResult(silo.HasExited || silo.Output.Contains(Waits)));

        // 143 is what the system makes of a SIGTERM that comes before the host listens for it.
        Assert.True(await silo.StopAsync() is 0 or 143, silo.Output);
        Assert.DoesNotContain("Unhandled", silo.Output);
        await postgres.StartAsync();
    }

    [Fact]
    public async Task Start_DatabaseNeverThere_EndsWithTheReason()
    {
        var postgres = Required();
        await postgres.StopAsync("fast");
        using var silo = SiloProcess.Start(_settings);

        Assert.Equal(1, await silo.WaitForExitAsync(TimeSpan.FromSeconds(60)));

        Assert.Contains("FlowRuns did not start: PostgreSQL cannot be used", silo.Output);
        Assert.DoesNotContain("   at ", silo.Output);
    }

    Postgres Required()
    {
        Assert.SkipWhen(_postgres is null && Environment.GetEnvironmentVariable("CI") != "true", "No PostgreSQL was found: install one (Debian: apt-get install postgresql).");
        Assert.NotNull(_postgres);
        return _postgres;
    }

    /// <summary>Whether the last script has run: what comes next is the silo itself.</summary>
    async Task<bool> HasSchemaAsync()
    {
        await using var source = NpgsqlDataSource.Create($"{_settings.ConnectionString};Pooling=false");
        await using var command = source.CreateCommand("select to_regproc('expect_member') is not null");
        return await command.ExecuteScalarAsync() is true;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(20, deadline.Token);
    }
}
