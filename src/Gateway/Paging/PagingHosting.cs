namespace FlowRuns.Gateway.Paging;

static class PagingHosting
{
    public static void AddPageCursors(this IServiceCollection services)
    {
        services.AddSingleton<PageCursors>();
        services.AddOptions<GatewayOptions>()
            .Validate(options => options.CursorKey is null or { Length: >= GatewayOptions.MinCursorKeyBytes }, $"GatewayOptions.CursorKey must have at least {GatewayOptions.MinCursorKeyBytes} bytes.")
            .ValidateOnStart();
    }
}
