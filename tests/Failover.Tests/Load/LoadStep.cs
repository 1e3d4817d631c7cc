using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Load;

sealed record LoadStep(string Name, string Type, object Input)
{
    public int Attempts { get; init; } = 1;

    /// <summary>The rest before the next attempt.</summary>
    public string Delay { get; init; } = "50ms";

    public bool AtMostOnce { get; init; }

    public static LoadStep Text(string name, string text) => new(name, "text.format", new { text });

    public static LoadStep Call(string name, Uri sink, string path) =>
        new(name, "http.request", new { method = "POST", url = new Uri(sink, path).ToString(), body = new { step = name } });

    string Key => Name.ToLowerInvariant().Replace(' ', '_');

    public object Definition => new
    {
        key = Key,
        name = Name,
        type = Type,
        input = Input,
        retry = new { maxAttempts = Attempts, backoff = "FIXED", initialDelay = Delay, maxDelay = Delay },
        onCrash = AtMostOnce ? "FAIL" : "RETRY",
    };

    public StepPlan Plan => new() { Key = Key, Name = Name, Calls = Type == "http.request", Attempts = Attempts, AtMostOnce = AtMostOnce };
}
