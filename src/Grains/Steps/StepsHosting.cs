using FlowRuns.Connections;
using FlowRuns.Steps.Slack;
using FlowRuns.Steps.Sql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FlowRuns.Steps;

static class StepsHosting
{
    /// <summary>Registers the step types and what they reach the world by. A new step type is one line here.</summary>
    public static IServiceCollection AddSteps(this IServiceCollection services)
    {
        services.AddSingleton<IStep, DataSetStep>();
        services.AddSingleton<IStep, HttpRequestStep>();
        services.AddSingleton<IStep, SlackSendMessageStep>();
        services.AddSingleton<IStep, SqlQueryStep>();
        services.AddSingleton<IStep, TextFormatStep>();
        services.AddSingleton<IStep, WebhookRespondStep>();
        services.AddSingleton<StepCatalog>();

        services.AddSingleton<ConnectionProbe>();
        services.AddSingleton<PostgresPools>();
        services.AddSingleton<PostgresQuery>();
        services.AddSingleton<SlackApi>();
        services.AddSingleton(provider => new EgressGuard(provider.GetRequiredService<IOptions<EgressOptions>>().Value));
        services.TryAddSingleton(TimeProvider.System);

        services.AddOptionsFrom<StepsOptions>(StepsOptions.Section);
        services.AddOptions<EgressOptions>().Configure<IConfiguration>(Bind).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EgressOptions>, EgressOptionsRules>();
        return services;
    }

    static void Bind(EgressOptions options, IConfiguration configuration)
    {
        var allow = configuration.GetSection($"{EgressOptions.Section}:{nameof(EgressOptions.Allow)}");
        options.Allow = [.. (allow.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), .. allow.GetChildren().Select(entry => entry.Value ?? "")];
    }
}
