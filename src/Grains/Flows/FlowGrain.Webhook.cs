using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Projects;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Flows;

/// <summary>The flow's webhook as settings; deliveries are received by <see cref="WebhookGrain"/>.</summary>
sealed partial class FlowGrain
{
    public Task<WebhookSettings> GetWebhookAsync(ProjectId project)
    {
        Authorize(project);
        return Task.FromResult(Webhook());
    }

    public async Task<WebhookSettings> SetWebhookSecurityAsync(ProjectId project, ImmutableArray<string> allowedIPs)
    {
        Authorize(project);
        Webhook();
        var networks = AllowedNetworks.Parse(allowedIPs);

        state.State.WebhookAllowedIPs = networks.Texts;
        state.State.Updated = clock.Now();
        await SaveAsync();
        return Webhook();
    }

    public Task<WebhookSettings?> FindWebhookAsync()
    {
        if (!state.RecordExists)
            DeactivateOnIdle();
        return Task.FromResult(FindWebhook());
    }

    WebhookSettings Webhook() => FindWebhook() ?? throw new RequestRefusedException(
        RefusalReason.NotFound, $"Flow {Id} has no webhook: its trigger is {Current.Definition.Trigger.Type.ToString().ToUpperInvariant()}. Give it a trigger of the type WEBHOOK.");

    WebhookSettings? FindWebhook()
    {
        if (!state.RecordExists || state.State.Deleted || Current.Definition.Trigger.Type != TriggerType.Webhook)
            return null;

        return new WebhookSettings
        {
            FlowId = Id,
            Project = state.State.Project,
            FlowName = state.State.Name,
            FlowVersion = Current.Version,
            Enabled = state.State.Status == FlowStatus.Active,
            Trigger = Current.Definition.Trigger,
            AllowedIPs = state.State.WebhookAllowedIPs,
        };
    }
}
