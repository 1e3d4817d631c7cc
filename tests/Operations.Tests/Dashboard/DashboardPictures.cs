using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Operations.Tests.Health;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary>Takes the pictures of <c>docs/images</c>: three silos under load, seen by a browser that logs in at a gateway.</summary>
/// <remarks>Only when asked for: <c>dotnet test --project tests/Operations.Tests -- --explicit only --filter-class "*DashboardPictures"</c>.</remarks>
[Collection(SiloCollection.Name)]
public sealed class DashboardPictures(PostgresServer server)
{
    const int Silos = 3;

    // The dashboard's charts go back for 100 s.
    static readonly TimeSpan LoadedFor = TimeSpan.FromSeconds(60);

    static readonly (string, string)[] Settings = [("FlowRuns__Dashboard__Enabled", "true"), ("FlowRuns__Runs__SpreadAbove", "2"), ("FlowRuns__Egress__Allow", "127.0.0.1/32")];

    [Fact(Explicit = true)]
    public async Task Pictures_OfThreeSilosUnderLoad_AreTaken()
    {
        await using var cluster = await FragileCluster.CreateAsync(server);
        var settings = Enumerable.Range(0, Silos).Select(_ => cluster.Settings(Settings)).ToList();
        var front = cluster.Settings(Settings) with { Program = Repository.GatewayDll };
        List<SiloProcess> processes = [];
        try
        {
            foreach (var one in settings.Append(front))
                processes.Add(await SiloProcess.StartReadyAsync(one));
            using var api = new SiloApi(front);
            using var enough = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LoadAsync(api, enough.Token)));
            await using var browser = await Browser.StartAsync();
            await LogInAsync(browser, front);
            await Task.WhenAny(load, Task.Delay(LoadedFor));

            var addresses = settings.Select(silo => $"127.0.0.1:{silo.Ports[1]}").ToList();
            await TakeAsync(browser, front, "overview", "#/", [$"active silos\\s*{Silos}\\s"]);
            await TakeAsync(browser, front, "silos", "#/silos", addresses);
            await TakeAsync(browser, front, "grains", "#/grains", ["FlowGrain", "RunGrain"]);
            Assert.False(load.IsCompleted, $"{load.Exception}");
            await enough.CancelAsync();
            await load;
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    static async Task LogInAsync(Browser browser, SiloSettings front)
    {
        await browser.GoAsync(new Uri(front.Url, "/dashboard/"));
        await SeeAsync(browser, "document.forms.length", "1");
        await browser.AskAsync($"(document.forms[0].key.value = '{front.Key}', document.forms[0].requestSubmit())");
        await SeeAsync(browser, "location.pathname", "/dashboard/");
    }

    static async Task TakeAsync(Browser browser, SiloSettings front, string name, string place, IReadOnlyList<string> patterns)
    {
        await browser.GoAsync(new Uri(front.Url, $"/dashboard/{place}"));
        foreach (var pattern in patterns)
            await SeeAsync(browser, $"/{pattern}/i.test(document.body.innerText)", "true");
        // Charts move to where they belong.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await File.WriteAllBytesAsync(Path.Combine(Repository.Root, "docs", "images", $"dashboard-{name}.png"), await browser.PictureAsync());
    }

    static Task<string> SeeAsync(Browser browser, string expression, string expected) => Eventually.SeeAsync(() => browser.AskAsync(expression), expected.Equals);

    static async Task LoadAsync(SiloApi api, CancellationToken enough)
    {
        var flows = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => api.CreateFlowAsync($$$"""
            name: Order {{{number}}}
            trigger: { type: MANUAL }
            steps:
              - { name: Total, type: data.set, input: { total: "{{ trigger.body.price * trigger.body.count }}" } }
              - { name: Call, type: http.request, input: { url: "{{{api.Http.BaseAddress}}}health/live" } }
              - { name: Say, type: text.format, input: { text: "{{ trigger.body.count }} ordered" } }
            """)));
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            await api.PostAsync($"/api/v1/flows/{flows[i % flows.Length]}/runs", new { data = new { price = i % 7, count = i % 3 } });
        }
    }
}
