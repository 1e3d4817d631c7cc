namespace FlowRuns.Operations.Tests.Alerts;

/// <summary>Our own series of one process at one moment, as <c>/metrics</c> gives them.</summary>
sealed record Scrape(IReadOnlyDictionary<string, string> Series)
{
    // Prometheus sends no API key: a process that has just lost another one may not know whose it is.
    static readonly HttpClient Prometheus = new();

    public static async Task<Scrape> TakeAsync(SiloApi api)
    {
        var text = await Prometheus.GetStringAsync(new Uri(api.Http.BaseAddress!, "/metrics"));
        var lines = text.Split('\n').Where(line => line.StartsWith("flowruns_")).Select(line => line.Split("} "));
        return new(lines.ToDictionary(parts => $"{parts[0]},job=\"flowruns\",instance=\"silo\"}}", parts => parts[1].Trim()).Append(KeyValuePair.Create("up{job=\"flowruns\",instance=\"silo\"}", "1")).ToDictionary());
    }

    /// <summary>Of a process that answers no more.</summary>
    public static Scrape Nothing { get; } = new(new Dictionary<string, string> { ["up{job=\"flowruns\",instance=\"silo\"}"] = "0" });

    public double Sum(string name) => Series.Where(series => series.Key.StartsWith(name)).Sum(series => double.Parse(series.Value));
}
