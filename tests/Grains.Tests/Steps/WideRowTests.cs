using FlowRuns.Connections;

namespace FlowRuns.Grains.Tests;

/// <summary>Rows of hundreds of megabytes. Counts what the whole process allocates, so no other test runs meanwhile.</summary>
[Collection(nameof(WideRowTests)), CollectionDefinition(nameof(WideRowTests), DisableParallelization = true)]
public sealed class WideRowTests(PostgresServer server) : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-").FullName;
    readonly SqlTestStep _step = new();

    public void Dispose()
    {
        _step.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(400, "zeroblob(700000)")]
    [InlineData(1, "printf('%.60000000c', 'x')")]
    public async Task Query_OfSqlite_IsNotReadIntoMemory(int columns, string value)
    {
        var file = Path.Combine(_directory, "some.db");
        await File.WriteAllBytesAsync(file, []);

        await AssertIsNotReadAsync(SomeConnection.To("sqlite", new { path = file }), columns, value, mostAllocated: 150 << 20);
    }

    [Fact]
    public async Task Query_OfPostgres_IsNotReadIntoMemory() =>
        await AssertIsNotReadAsync(SomeConnection.To("postgresql", new { connectionString = await server.NewDatabaseAsync() }), 200, "repeat('x', 900000)", mostAllocated: 300 << 20);

    async Task AssertIsNotReadAsync(Connection connection, int columns, string value, long mostAllocated)
    {
        var query = $"select {string.Join(", ", Enumerable.Range(1, columns).Select(column => $"{value} as c{column}"))}";

        var allocated = GC.GetTotalAllocatedBytes();
        var output = (await _step.RunAsync(connection, new { query })).Output();
        allocated = GC.GetTotalAllocatedBytes() - allocated;

        Assert.Equal("""{"rows":[],"rowCount":0,"truncated":true}""", output.GetRawText());
        Assert.InRange(allocated, 0, mostAllocated);
    }
}
