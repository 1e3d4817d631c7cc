using System.Diagnostics;
using FlowRuns.Connections;
using FlowRuns.Steps;
using Microsoft.Data.Sqlite;

namespace FlowRuns.Grains.Tests;

public sealed class SqliteQueryTests : IDisposable
{
    const string Endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as c from n";

    readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    readonly SqlTestStep _step = new();

    public SqliteQueryTests()
    {
        Execute("create table orders (id integer primary key, total real, placed_on text, doc json, raw blob); insert into orders values (1, 12.5, '2026-04-21', '{\"a\":[1]}', x'00ff'), (2, 1e999, null, 'no json', null)");
    }

    string File => Path.Combine(_directory, "sales.db");

    Connection ReadOnly => SomeConnection.To("sqlite", new { path = File });

    Connection Writing => SomeConnection.To("sqlite", new { path = File, allowWrites = true });

    public void Dispose()
    {
        _step.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    object? Execute(string text)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    [Fact]
    public async Task Query_Rows_HandsThemBackAsJson()
    {
        var output = (await _step.RunAsync(ReadOnly, new { query = "select * from orders order by id" })).Output();

        Assert.Equal(
            """{"rows":[{"id":1,"total":12.5,"placed_on":"2026-04-21","doc":{"a":[1]},"raw":"AP8="},{"id":2,"total":"Infinity","placed_on":null,"doc":"no json","raw":null}],"rowCount":2}""",
            output.GetRawText());
    }

    [Fact]
    public async Task Query_Parameters_AreBoundByName()
    {
        var output = (await _step.RunAsync(ReadOnly, new
        {
            query = "select @text as t, @n as n, @big as big, @real as r, @yes as y, @none as z, @list as l, '@text' as literal -- @comment",
            parameters = new { text = "'; drop table orders --", n = 1, big = long.MaxValue, real = 0.5, yes = true, none = (string?)null, list = new[] { 1, 2 }, unused = 1 },
            single = true,
        })).Output();

        Assert.Equal("""{"t":"'; drop table orders --","n":1,"big":9223372036854775807,"r":0.5,"y":1,"z":null,"l":"[1,2]","literal":"@text"}""", output.GetRawText());
    }

    [Theory]
    [InlineData("select 1 where 1 = 0", "The query returned 0 rows, but 'single' wants exactly one.")]
    [InlineData("select id from orders", "The query returned 2 rows, but 'single' wants exactly one.")]
    public async Task Single_NotOneRow_FailsForGoodAndSaysHowMany(string query, string expected)
    {
        var failure = (await _step.RunAsync(ReadOnly, new { query, single = true })).Failure();

        Assert.Equal(new StepOutcome.Failed(expected, Final: true), failure);
    }

    [Theory]
    [InlineData("insert into orders (id) values (9)", "allowWrites: true")]
    [InlineData("create table x (i)", "allowWrites: true")]
    [InlineData("attach '{file}' as other", "reaches the file of its connection and no other")]
    [InlineData("vacuum into '{file}.copy'", "")]
    [InlineData("select load_extension('x')", "not authorized")]
    [InlineData("select 1; select 2", "more than one statement")]
    [InlineData("select 1; drop table orders", "more than one statement")]
    [InlineData("select 1; nonsense", "more than one statement")]
    [InlineData("select frm", "no such column")]
    [InlineData("selec 1", "syntax error")]
    [InlineData("select @a, @b", "@a, @b")]
    [InlineData("select ?", "not written @name")]
    [InlineData("select 1 as a, 2 as a", "'a'")]
    public async Task Query_NotToBeRun_FailsForGoodAndChangesNothing(string query, string expected)
    {
        var failure = (await _step.RunAsync(ReadOnly, new { query = query.Replace("{file}", File) })).Failure();

        Assert.True(failure.Final);
        Assert.Contains(expected, failure.Message);
        Assert.Equal(2L, Execute("select count(*) from orders"));
        Assert.Equal([File], Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData("select 1 as a;", 1)]
    [InlineData("select 1 as a; -- done\n /* really */ ;", 1)]
    public async Task Query_NothingAfterItsSemicolon_Runs(string query, int expected)
    {
        Assert.Equal(expected, (await _step.RunAsync(ReadOnly, new { query, single = true })).Output().GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task Write_Allowed_CommitsAndCounts()
    {
        var output = (await _step.RunAsync(Writing, new { query = "update orders set total = @t", parameters = new { t = 1 } })).Output();

        Assert.Equal("""{"rows":[],"rowCount":2}""", output.GetRawText());
        Assert.Equal(2L, Execute("select count(*) from orders where total = 1"));
    }

    [Fact]
    public async Task Write_SingleReturnsMoreRows_IsRolledBack()
    {
        var failure = (await _step.RunAsync(Writing, new { query = "update orders set total = 7 returning id", single = true })).Failure();

        Assert.Contains("2 rows", failure.Message);
        Assert.Equal(0L, Execute("select count(*) from orders where total = 7"));
    }

    [Fact]
    public async Task Query_MoreRowsThanAsked_IsTruncated()
    {
        var output = (await _step.RunAsync(ReadOnly, new { query = "select id from orders order by id", maxRows = 1 })).Output();

        Assert.Equal("""{"rows":[{"id":1}],"rowCount":1,"truncated":true}""", output.GetRawText());
    }

    [Fact]
    public async Task Query_ExactlyAsManyRowsAsAsked_IsNotTruncated()
    {
        var output = (await _step.RunAsync(ReadOnly, new { query = "select id from orders order by id", maxRows = 2 })).Output();

        Assert.False(output.TryGetProperty("truncated", out _));
    }

    [Fact]
    public async Task Query_MoreBytesThanTheCap_IsTruncated()
    {
        using var small = new SqlTestStep(new StepsOptions { SqlMaxBytes = 1024 });
        const string Many = "with recursive n(i) as (select 1 union all select i + 1 from n) select i, printf('%.100c', 'x') as t from n";

        var output = (await small.RunAsync(ReadOnly, new { query = Many })).Output();

        Assert.True(output.GetProperty("truncated").GetBoolean());
        Assert.InRange(output.GetProperty("rowCount").GetInt32(), 5, 10);
        Assert.InRange(output.GetProperty("rows").GetRawText().Length, 512, 1026);
    }

    [Fact]
    public async Task Query_CancelledBeforeItsStatementRuns_StopsSoonToo()
    {
        using var writer = new SqliteConnection($"Data Source={File};Pooling=false");
        writer.Open();
        using var held = writer.BeginTransaction();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        cancellation.Token.Register(held.Rollback);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _step.RunAsync(Writing, new { query = Endless }, cancellation.Token).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Query_ThatNeverEnds_StopsSoonWhenCancelled()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _step.RunAsync(ReadOnly, new { query = Endless }, cancellation.Token));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task File_Missing_IsNotMade()
    {
        var missing = Path.Combine(_directory, "other.db");

        var failure = (await _step.RunAsync(SomeConnection.To("sqlite", new { path = missing, allowWrites = true }), new { query = "select 1" })).Failure();

        Assert.True(failure.Final);
        Assert.Contains(missing, failure.Message);
        Assert.False(System.IO.File.Exists(missing));
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("file::memory:?mode=memory")]
    public async Task File_NameThatIsSpecialToSqlite_IsAFileLikeAnyOther(string path)
    {
        Assert.Contains("does not exist", (await _step.RunAsync(SomeConnection.To("sqlite", new { path }), new { query = "select 1" })).Failure().Message);
    }

    [Theory]
    [InlineData("run_checkpoints")]
    [InlineData("OrleansStorage")]
    public async Task File_OfTheEngine_IsRefused(string table)
    {
        Execute($"create table {table} (i)");

        Assert.Contains("engine itself", (await _step.RunAsync(ReadOnly, new { query = "select 1" })).Failure().Message);
    }

    [Fact]
    public async Task File_LockedByAWriter_IsTriedAgain()
    {
        using var writer = new SqliteConnection($"Data Source={File};Pooling=false");
        writer.Open();
        using var begin = writer.CreateCommand();
        begin.CommandText = "begin exclusive";
        begin.ExecuteNonQuery();

        Assert.False((await _step.RunAsync(ReadOnly, new { query = "select * from orders" })).Failure().Final);
    }
}
