namespace FlowRuns.Load;

/// <summary>What is run: a flow of a trigger and four steps, so many times over.</summary>
/// <param name="Steps">The steps as a JSON array.</param>
/// <param name="Flows">Over how many flows the runs are spread.</param>
sealed record Scenario(string Name, int Flows, string Steps)
{
    /// <summary>About 60 bytes.</summary>
    public const string StartBody = """{"data":{"userId":4711,"period":"2026-04","dryRun":false}}""";

    const string Report = """
        {"name":"Format Report","type":"text.format","input":{"reportText":"Daily Sales Report: {{ steps.query_database.output.rowCount }} orders, {{ steps.query_database.output.totalRevenue }} USD"}}
        """;

    const string Pure = $$$"""
        [{"name":"Query Database","type":"data.set","input":{"rowCount":24,"totalRevenue":12500}},
         {{{Report}}},
         {"name":"Set Data","type":"data.set","input":{"reportText":"{{ steps.format_report.output.reportText }}"}},
         {"name":"Send Message","type":"data.set","input":{"messageId":"1713690000.000100","channel":"#sales"}}]
        """;

    const string Real = $$$"""
        [{"name":"Query Database","type":"sql.query","connection":"sales","input":{"query":"select count(*) as \"rowCount\", sum(total) as \"totalRevenue\" from orders","single":true}},
         {{{Report}}},
         {"name":"Set Data","type":"data.set","input":{"reportText":"{{ steps.format_report.output.reportText }}"}},
         {"name":"Send Message","type":"http.request","input":{"url":"{{{StandInUrl}}}","method":"POST","body":{"channel":"#sales","text":"{{ steps.set_data.output.reportText }}"} }}]
        """;

    const string StandInUrl = "http://stand-in";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("report5", 16, Pure),
        new("report5-real", 16, Real),
        new("one-flow", 1, Pure),
        new("thousand-flows", 1000, Pure),
    ];

    /// <summary>Whether its steps reach outside: for a database named sales, and for the stand-in.</summary>
    public bool HasEffects => Steps == Real;

    public string Definition(int number, Uri standIn) =>
        $$"""{"name":"{{Name}} {{number}}","trigger":{"type":"MANUAL"},"steps":{{Steps.Replace(StandInUrl, $"{standIn}message")}}}""";
}
