using System.Net;
using FlowRuns.Gateway.Tests.Server;
using Microsoft.AspNetCore.Routing;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>What the product says about itself.</summary>
public sealed class DescriptionTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Document_NamesEveryRouteThatIsMapped()
    {
        var mapped = new List<string>();
        await using var app = await EdgeApplication.StartAsync(mappedApp => mapped.AddRange(
            from endpoint in ((IEndpointRouteBuilder)mappedApp).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            where endpoint.RoutePattern.RawText?.StartsWith("/api/") == true
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            select $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));

        var document = await Server.Nobody.GetAsync("/openapi/v1.json");

        var described = from path in document.Json.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        select $"{operation.Name.ToUpperInvariant()} {path.Name}";
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped.Order(), described.Order());
    }

    [Theory]
    [InlineData("/")] // leads there
    [InlineData("/docs/")]
    public async Task Pages_AreServedWithoutAKey(string path)
    {
        var page = await Server.Nobody.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentHeaders.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/health/live", """{ "status": "up", "checks": {} }""")]
    [InlineData("/health/ready", """{ "status": "up", "checks": { "silo": "active", "journal": "takes writes", "store": "answers" } }""")]
    public async Task Health_RunningProduct_IsUp(string path, string expected)
    {
        var answer = await Server.Nobody.GetAsync(path);

        answer.Is(HttpStatusCode.OK, expected);
    }
}
