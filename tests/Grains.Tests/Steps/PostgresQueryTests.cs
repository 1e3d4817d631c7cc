using System.Diagnostics;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Steps;
using Npgsql;

namespace FlowRuns.Grains.Tests;

public sealed class PostgresQueryTests(PostgresServer server) : IAsyncLifetime
{
    readonly SqlTestStep _step = new();
    string _connectionString = "";

    Connection ReadOnly => SomeConnection.To("postgresql", new { connectionString = _connectionString });

    Connection Writing => SomeConnection.To("postgresql", new { connectionString = _connectionString, allowWrites = true });

    public async ValueTask InitializeAsync()
    {
        _connectionString = await server.NewDatabaseAsync();
        await ExecuteAsync("create table orders (id int primary key, placed_on date, total numeric(12,2), tags text[], doc jsonb); insert into orders values (1, '2026-04-21', 10.50, '{a,b}', '{\"k\":1}'), (2, '2026-04-22', 20.25, null, null)");
    }

    public ValueTask DisposeAsync()
    {
        _step.Dispose();
        NpgsqlConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    async Task<object?> ExecuteAsync(string text)
    {
        await using var source = NpgsqlDataSource.Create(_connectionString);
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync();
    }

    async Task<string> ValueAsync(string expression, object? parameters = null) =>
        (await _step.RunAsync(ReadOnly, new { query = $"select {expression} as v", parameters = parameters ?? new { }, single = true })).Output().GetProperty("v").GetRawText();

    [Theory]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("123456789012345678901234567890.123456789012345678901234567890", "123456789012345678901234567890.123456789012345678901234567890")]
    [InlineData("12.50", "12.50")]
    [InlineData("-0.1::float8", "-0.1")]
    [InlineData("1e100::float8", "1e+100")]
    [InlineData("'NaN'::float8", "\"NaN\"")]
    [InlineData("'-Infinity'::numeric", "\"-Infinity\"")]
    [InlineData("true", "true")]
    [InlineData("null::int", "null")]
    [InlineData("'a \"quoted\" ü'", "\"a \\\"quoted\\\" ü\"")]
    [InlineData("date '2026-04-21'", "\"2026-04-21\"")]
    [InlineData("timestamp '2026-04-21 09:00:00.5'", "\"2026-04-21T09:00:00.5\"")]
    [InlineData("timestamptz '2026-04-21 11:00:00+02'", "\"2026-04-21T09:00:00Z\"")]
    [InlineData("timestamptz '2026-04-21 01:30:00.123456+05:30'", "\"2026-04-20T20:00:00.123456Z\"")]
    [InlineData("timestamptz 'infinity'", "\"infinity\"")]
    [InlineData("time '09:00'", "\"09:00:00\"")]
    [InlineData("interval '1 day 2 hours'", "\"P1DT2H\"")]
    [InlineData("'\\x00ff'::bytea", "\"AP8=\"")]
    [InlineData("'0191b2c4-0000-7000-8000-000000000000'::uuid", "\"0191b2c4-0000-7000-8000-000000000000\"")]
    [InlineData("'{\"a\": [1, null]}'::jsonb", "{\"a\": [1, null]}")]
    [InlineData("'\"\\ud800\"'::json", "\"\\\"\\\\ud800\\\"\"")]
    [InlineData("array[1, null, 3]", "[1,null,3]")]
    [InlineData("'[0:1]={1,2}'::int[]", "[1,2]")]
    [InlineData("array[['a', 'b c'], ['d\"e\\', 'NULL']]", "[[\"a\",\"b c\"],[\"d\\\"e\\\\\",\"NULL\"]]")]
    [InlineData("'{}'::int[]", "[]")]
    [InlineData("array[timestamptz '2026-04-21 09:00:00Z']", "[\"2026-04-21T09:00:00Z\"]")]
    [InlineData("row(1, 'x')", "\"(1,x)\"")]
    [InlineData("int4range(1, 5)", "\"[1,5)\"")]
    public async Task Value_OfAnyType_IsExactJson(string expression, string expected)
    {
        Assert.Equal(expected, await ValueAsync(expression));
    }

    [Fact]
    public async Task Value_SessionInAnotherZoneAndStyle_IsTheSame()
    {
        _connectionString += ";Timezone=America/St_Johns;Options=-c datestyle=SQL,DMY -c bytea_output=escape";

        Assert.Equal("\"2026-04-21T09:00:00Z\"", await ValueAsync("timestamptz '2026-04-21 11:00:00+02'"));
        Assert.Equal("\"AP8=\"", await ValueAsync("'\\x00ff'::bytea"));
    }

    [Fact]
    public async Task Parameters_TypedColumns_AreInferredByTheServer()
    {
        await ExecuteAsync("create type mood as enum ('good', 'bad'); create table things (id uuid, small smallint, big bigint, m mood, t timestamptz); insert into things values ('0191b2c4-0000-7000-8000-000000000000', 3, 3, 'good', '2026-04-21 09:00:00Z')");

        var output = (await _step.RunAsync(ReadOnly, new
        {
            query = "select count(*) as n from things, orders where things.id=@id and small = @n and big = @n and m = @mood and t = @t and placed_on = @day and total > @less and orders.id = any(@ids) and doc = @doc and doc @> @doc::jsonb and @none::text is null and @yes",
            parameters = new { id = "0191b2c4-0000-7000-8000-000000000000", n = 3, mood = "good", t = "2026-04-21T09:00:00Z", day = "2026-04-21", less = 10.49, ids = new[] { 1, 5 }, doc = new { k = 1 }, none = (string?)null, yes = true },
            single = true,
        })).Output();

        Assert.Equal(1, output.GetProperty("n").GetInt32());
    }

    [Theory]
    [InlineData("@a", "1", "1")]
    [InlineData("@a", "3000000000", "3000000000")]
    [InlineData("@a", "0.10", "0.10")]
    [InlineData("@a", "1e300", "1e+300")]
    [InlineData("@a", "\"text\"", "\"text\"")]
    [InlineData("@a", "null", "null")]
    [InlineData("@a::int[]", "[1,2]", "[1,2]")]
    [InlineData("@a::int[]", "[]", "[]")]
    [InlineData("@a::text[]", "[\"a\\\"b\", null, \"c,d\\\\\"]", "[\"a\\\"b\",null,\"c,d\\\\\"]")]
    [InlineData("@a::jsonb", "[1,2]", "[1, 2]")]
    [InlineData("@a::jsonb", "[]", "[]")]
    [InlineData("@a::jsonb", "[[1],[2,3]]", "[[1], [2, 3]]")]
    [InlineData("@a::jsonb", "{\"b\":[1]}", "{\"b\": [1]}")]
    [InlineData("substr('abc', @a)", "2", "\"bc\"")]
    public async Task Parameter_OfAnyJsonType_KeepsItsValue(string expression, string value, string expected)
    {
        Assert.Equal(expected, await ValueAsync(expression, new { a = JsonElement.Parse(value) }));
    }

    [Fact]
    public async Task Parameters_LookalikesInTheText_AreLeftAlone()
    {
        var output = (await _step.RunAsync(ReadOnly, new
        {
            query = """
                select @a as x, '@a' as q, E'\'@a' as e, $$@a$$ as d, $t$@a $$ @a$t$ as t, "@a" as c, array[1] <@ array[@n] as o, @a || @a as twice -- @a
                from (select 'col' as "@a") s /* @a /* nested */ @a */
                """,
            parameters = new { a = "val", n = 1 },
            single = true,
        })).Output();

        Assert.Equal("""{"x":"val","q":"@a","e":"'@a","d":"@a","t":"@a $$ @a","c":"col","o":true,"twice":"valval"}""", output.GetRawText());
    }

    [Theory]
    [InlineData("insert into orders (id) values (9)", "25006", "allowWrites: true")]
    [InlineData("create table x (i int)", "25006", "allowWrites: true")]
    [InlineData("set transaction read write", "25001", "")]
    [InlineData("select 1; drop table orders", "42601", "one statement")]
    [InlineData("commit; drop table orders", "42601", "one statement")]
    [InlineData("do $$ begin commit; drop table orders; end $$", "", "")]
    [InlineData("selec 1", "42601", "line 1, column 1")]
    [InlineData("select @day as d,\n  nope", "42703", "line 2, column 3")]
    [InlineData("select @missing::date as d", "", "@missing")]
    [InlineData("select $1 as d", "", "@name")]
    [InlineData("select 1 as a, 2 as a", "", "'a'")]
    [InlineData("copy orders to stdout", "", "COPY")]
    [InlineData("select 1 / 0 as a", "22012", "division by zero")]
    public async Task Query_NotToBeRun_FailsForGoodAndChangesNothing(string query, string state, string expected)
    {
        var failure = (await _step.RunAsync(ReadOnly, new { query, parameters = new { day = "2026-04-21" } })).Failure();

        Assert.True(failure.Final, failure.Message);
        Assert.Contains(state, failure.Message);
        Assert.Contains(expected, failure.Message);
        Assert.Equal(2L, await ExecuteAsync("select count(*) from orders"));
    }

    [Fact]
    public async Task Query_SwitchesItsTransactionFromWithinSql_StillOnlyReads()
    {
        await ExecuteAsync("create function sneak() returns int language plpgsql as $$ begin perform set_config('transaction_read_only', 'off', true); delete from orders; return 1; end $$");

        (await _step.RunAsync(ReadOnly, new { query = "select sneak() as s" })).Failure();

        Assert.Equal(2L, await ExecuteAsync("select count(*) from orders"));
    }

    [Fact]
    public async Task Session_SettingsOfOneStatement_DoNotReachTheNext()
    {
        await _step.RunAsync(ReadOnly, new { query = "set session characteristics as transaction read write" });
        await _step.RunAsync(ReadOnly, new { query = "select set_config('search_path', 'nowhere', false) as s" });

        Assert.Equal("2", await ValueAsync("(select count(*) from orders)"));
    }

    [Fact]
    public async Task Write_Allowed_CommitsAndCounts()
    {
        var changed = (await _step.RunAsync(Writing, new { query = "update orders set total = total + @n", parameters = new { n = 1 } })).Output();
        var returned = (await _step.RunAsync(Writing, new { query = "delete from orders where id = 2 returning id, total" })).Output();

        Assert.Equal("""{"rows":[],"rowCount":2}""", changed.GetRawText());
        Assert.Equal("""{"rows":[{"id":2,"total":21.25}],"rowCount":1}""", returned.GetRawText());
        Assert.Equal(1L, await ExecuteAsync("select count(*) from orders"));
    }

    [Fact]
    public async Task Write_FailsOrSingleReturnsMoreRows_IsRolledBack()
    {
        var many = (await _step.RunAsync(Writing, new { query = "update orders set total = 7 returning id", single = true })).Failure();
        var twice = (await _step.RunAsync(Writing, new { query = "insert into orders (id) values (9), (1)" })).Failure();

        Assert.Contains("2 rows", many.Message);
        Assert.Contains("23505", twice.Message);
        Assert.Equal(2L, await ExecuteAsync("select count(*) from orders where total > 10"));
    }

    [Fact]
    public async Task Query_EndlessRows_IsTruncatedSoonAndTheSessionGoesOn()
    {
        var clock = Stopwatch.StartNew();
        var output = (await _step.RunAsync(ReadOnly, new { query = "select generate_series(1, 1000000000) as i, repeat('x', 50) as t", maxRows = 3 })).Output();

        Assert.Equal([1, 2, 3], output.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("i").GetInt32()));
        Assert.True(output.GetProperty("truncated").GetBoolean());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal("1", await ValueAsync("1"));
    }

    [Fact]
    public async Task Query_MoreBytesThanTheCap_IsTruncated()
    {
        using var small = new SqlTestStep(new StepsOptions { SqlMaxBytes = 1024 });

        var rows = (await small.RunAsync(ReadOnly, new { query = "select repeat('x', 100) as t from generate_series(1, 100)" })).Output();
        var wide = (await small.RunAsync(ReadOnly, new { query = "select 1 as a, repeat('x', 10000000) as t" })).Output();
        var single = (await small.RunAsync(ReadOnly, new { query = "select repeat('x', 2000) as t", single = true })).Failure();

        Assert.True(rows.GetProperty("truncated").GetBoolean());
        Assert.InRange(rows.GetProperty("rows").GetRawText().Length, 800, 1026);
        Assert.Equal("""{"rows":[],"rowCount":0,"truncated":true}""", wide.GetRawText());
        Assert.Contains("FlowRuns:Steps:SqlMaxBytes", single.Message);
    }

    [Theory]
    [InlineData("select id from orders where id > 5", "0 rows")]
    [InlineData("select id from orders", "2 rows")]
    [InlineData("select generate_series(1, 20000) as i", "more than 10000 rows")]
    public async Task Single_NotOneRow_FailsForGoodAndSaysHowMany(string query, string expected)
    {
        var failure = (await _step.RunAsync(ReadOnly, new { query, single = true })).Failure();

        Assert.True(failure.Final);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public async Task Query_Cancelled_StopsSoonHereAndOnTheServer()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _step.RunAsync(ReadOnly, new { query = "select pg_sleep(120) as s" }, cancellation.Token));

        var running = await ExecuteAsync("select count(*) from pg_stat_activity where query like '%pg_sleep(120)%' and state = 'active' and pid <> pg_backend_pid()");
        Assert.Equal(0L, running);
    }

    [Fact]
    public async Task Query_StatementTimeoutOfTheServer_IsTriedAgain()
    {
        using var hasty = new SqlTestStep(new StepsOptions { SqlStatementTimeout = TimeSpan.FromMilliseconds(100) });

        var failure = (await hasty.RunAsync(ReadOnly, new { query = "select pg_sleep(60) as s" })).Failure();

        Assert.False(failure.Final);
        Assert.Contains("57014", failure.Message);
    }

    [Fact]
    public async Task Session_EndedByTheServer_IsTriedAgain()
    {
        var running = _step.RunAsync(ReadOnly, new { query = "select pg_sleep(60) as s" });
        await ExecuteAsync("do $$ declare n int := 0; begin while n = 0 loop select count(pg_terminate_backend(pid)) into n from pg_stat_activity where query like 'select pg_sleep(60)%' and state = 'active'; perform pg_sleep(0.05); perform pg_stat_clear_snapshot(); end loop; end $$");

        Assert.False((await running).Failure().Final);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=hunter22;Database=d", false)]
    [InlineData("Host=127.0.0.1;Nonsense=hunter22", true)]
    public async Task Connection_NotToBeHad_FailsWithoutItsSecrets(string connectionString, bool final)
    {
        var failure = (await _step.RunAsync(SomeConnection.To("postgresql", new { connectionString }), new { query = "select 1" })).Failure();

        Assert.Equal(final, failure.Final);
        Assert.DoesNotContain("hunter22", failure.Message);
    }
}
