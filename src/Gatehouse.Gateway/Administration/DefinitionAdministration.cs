using Gatehouse.Administration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Withheld definitions, and the approvals in the host's store (TP-03). A change is in force immediately, as a new snapshot.</summary>
internal sealed class DefinitionAdministration(GatewayServices services) : IDefinitionAdministration
{
    public async Task<PendingDefinitions> PendingAsync()
    {
        var settings = services.Snapshots.Current.Settings;
        return new PendingDefinitions(
            await services.Definitions.Approvals.ListAsync(settings.LockInForce.Approvers).ConfigureAwait(false),
            DefinitionProtectionSummary.WhyNoApprover(settings, services.Options.IsPersonal));
    }

    public Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApproveDefinition approval, string by)
    {
        if (!services.Audit.IsAvailable) return Task.FromResult<ActionOutcome<ApprovalChange>>(ActionRefusal.Unrecorded);
        var record = new ApprovalRecord(approval.Server, approval.Kind, approval.Definition, approval.Digest, by, approval.Reason)
        { Until = approval.Until };
        return ChangeAsync("definition.approve", record, settings => services.Definitions.Approvals.ApproveAsync(record, settings.LockInForce.Approvers));
    }

    public Task<ActionOutcome<ApprovalChange>> RevokeAsync(RevokeDefinitionApproval withdrawal, string by)
    {
        var record = new ApprovalRecord(withdrawal.Server, withdrawal.Kind, withdrawal.Definition, "", by, withdrawal.Reason);
        return ChangeAsync("definition.revoke", record, settings => services.Definitions.Approvals.RevokeAsync(record, settings));
    }

    private async Task<ActionOutcome<ApprovalChange>> ChangeAsync(string act, ApprovalRecord record,
        Func<GatewaySettings, Task<ActionOutcome<ApprovalChange>>> change)
    {
        try
        {
            return await services.SnapshotTurn.RunAsync(() => ChangeInTurnAsync(act, record, change)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            return ActionRefusal.NotKept(e.Message);
        }
    }

    private async Task<ActionOutcome<ApprovalChange>> ChangeInTurnAsync(string act, ApprovalRecord record,
        Func<GatewaySettings, Task<ActionOutcome<ApprovalChange>>> change)
    {
        var current = services.Snapshots.Current;
        var outcome = await change(current.Settings).ConfigureAwait(false);
        if (outcome.Refusal is null)
        {
            var next = current with { Generation = current.Generation + 1 };
            services.Snapshots.Replace(await services.Definitions.JoinAsync(next).ConfigureAwait(false));
        }

        var isDurable = await services.Journal.NoteDurableAsync(
            act,
            ("outcome", outcome.Result?.ToString() ?? outcome.Refusal!.Message), ("by", record.By), ("reason", record.Reason),
            ("server", record.Server), ("definition", $"{DefinitionKinds.Text(record.Kind)}/{record.Name}".TrimEnd('/')),
            ("digest", record.Digest)).ConfigureAwait(false);
        return isDurable ? outcome : outcome with { IsDurable = false };
    }
}
