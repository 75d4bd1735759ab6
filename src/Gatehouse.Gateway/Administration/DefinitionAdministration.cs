using Gatehouse.Administration;
using Gatehouse.Administration.Actions;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>What a host withholds, and the approvals in its store (TP-03).</summary>
internal sealed class DefinitionAdministration(GatewayCore core) : IDefinitionAdministration
{
    public async Task<PendingDefinitions> PendingAsync() =>
        new(await core.Definitions.PendingAsync(core.Snapshots.Current.Settings.LockInForce.Approvers).ConfigureAwait(false), core.NobodyApproves);

    public Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApproveDefinition approval, string by) =>
        KeepAsync(() => core.ApproveAsync(
            new ApprovalRecord(approval.Server, approval.Kind, approval.Definition, approval.Digest, by, approval.Reason)
                { Until = approval.Until }));

    public Task<ActionOutcome<ApprovalChange>> RevokeAsync(RevokeDefinitionApproval withdrawal, string by) =>
        KeepAsync(() => core.RevokeAsync(new ApprovalRecord(withdrawal.Server, withdrawal.Kind, withdrawal.Definition, "", by, withdrawal.Reason)));

    private static async Task<ActionOutcome<ApprovalChange>> KeepAsync(Func<Task<ActionOutcome<ApprovalChange>>> change)
    {
        try
        {
            return await change().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            return ActionRefusal.NotKept(e.Message);
        }
    }
}
