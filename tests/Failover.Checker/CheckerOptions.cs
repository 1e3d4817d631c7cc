namespace FlowRuns.Failover.Checker;

sealed record CheckerOptions
{
    public const string Usage = "checker --log client.jsonl --sink sink.jsonl (--api http://127.0.0.1:PORT --key KEY [--save DIRECTORY] | --dump DIRECTORY)";

    public required string Log { get; init; }

    public required string Sink { get; init; }

    public Uri? Api { get; init; }

    public string? Key { get; init; }

    /// <summary>Where to keep what the API said.</summary>
    public string? Save { get; init; }

    /// <summary>Where an earlier check kept it: then the API is not asked.</summary>
    public string? Dump { get; init; }

    /// <summary>null when they make no sense.</summary>
    public static CheckerOptions? Parse(string[] args)
    {
        var values = args.Chunk(2).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        string? Value(string name) => values[name].LastOrDefault();
        if (args.Length % 2 != 0 || Value("--log") is not { } log || Value("--sink") is not { } sink)
            return null;

        var options = new CheckerOptions
        {
            Log = log,
            Sink = sink,
            Api = Uri.TryCreate(Value("--api"), UriKind.Absolute, out var api) ? api : null,
            Key = Value("--key"),
            Save = Value("--save"),
            Dump = Value("--dump"),
        };
        return options.Dump is null == (options is { Api: not null, Key: not null }) ? options : null;
    }
}
