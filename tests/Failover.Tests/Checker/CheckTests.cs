using System.Diagnostics;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Checker;

/// <summary>The checker as a program: files in, exit code and text out.</summary>
public sealed class CheckTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("flowruns-checker-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Run_HealthyDump_ExitsWithZero()
    {
        var (code, output) = await CheckAsync(new HealthyRecord());

        Assert.Equal(0, code);
        Assert.StartsWith("0 violations in 90 runs of 3 flows, 60 calls, 1 stops of the server.", output);
    }

    [Fact]
    public async Task Run_LostRun_ExitsWithOneAndTellsTheRunsStory()
    {
        var record = new HealthyRecord();
        record.Remove(HealthyRecord.Chain, "run_chain0010");

        var (code, output) = await CheckAsync(record);

        Assert.Equal(1, code);
        Assert.Contains("lost: run_chain0010: ", output);
        Assert.Contains("start answered 201", output);
        Assert.Contains("sink called at /fast with run_chain0010:first", output);
        Assert.Contains("server stopped: killed", output);
        Assert.Contains("in detail: {\"id\":\"run_chain0010\"", output);
    }

    [Theory]
    [InlineData()]
    [InlineData("--log", "client.jsonl")]
    [InlineData("--log", "client.jsonl", "--sink", "sink.jsonl")]
    [InlineData("--log", "client.jsonl", "--sink", "sink.jsonl", "--api", "http://127.0.0.1:1")]
    public async Task Run_ArgumentsMissing_ExitsWithTwoAndSaysHow(params string[] args)
    {
        using var output = new StringWriter();

        Assert.Equal(2, await Check.RunAsync(args, output));
        Assert.Contains("--dump DIRECTORY", output.ToString());
    }

    [Fact]
    public async Task Run_TwelveThousandRuns_TakesSeconds()
    {
        var record = new HealthyRecord(runsPerFlow: 4000);
        var watch = Stopwatch.StartNew();

        var (code, _) = await CheckAsync(record);

        Assert.Equal(0, code);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    async Task<(int Code, string Output)> CheckAsync(HealthyRecord record)
    {
        var (log, sink, dump) = (Path.Combine(directory, "client.jsonl"), Path.Combine(directory, "sink.jsonl"), Path.Combine(directory, "dump"));
        await File.WriteAllLinesAsync(log, record.Log.Select(JsonLines.Format));
        await File.WriteAllLinesAsync(sink, record.Calls.Select(JsonLines.Format));
        foreach (var flow in record.Dump())
            flow.Write(dump);

        using var output = new StringWriter();
        return (await Check.RunAsync(["--log", log, "--sink", sink, "--dump", dump], output), output.ToString());
    }
}
