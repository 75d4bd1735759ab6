using Gatehouse.Administration;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Administration;

/// <summary>What a host withholds, and the approvals in its store (TP-03).</summary>
internal sealed class DefinitionAdministration(GatewayCore core) : IDefinitionAdministration
{
    public async Task<PendingDefinitions> PendingAsync() =>
        new(await core.Definitions.PendingAsync(core.Snapshots.Current.Settings.LockInForce.Approvers).ConfigureAwait(false), core.NobodyApproves);

    public Task<ActOutcome<ApprovalChange>> ApproveAsync(ApproveDefinition approval, string by) =>
        KeepAsync(() => core.ApproveAsync(new DefinitionWord(approval.Server, approval.Kind, approval.Definition, approval.Digest, by, approval.Reason) { Until = approval.Until }));

    public Task<ActOutcome<ApprovalChange>> RevokeAsync(RevokeDefinitionApproval withdrawal, string by) =>
        KeepAsync(() => core.RevokeAsync(new DefinitionWord(withdrawal.Server, withdrawal.Kind, withdrawal.Definition, "", by, withdrawal.Reason)));

    private static async Task<ActOutcome<ApprovalChange>> KeepAsync(Func<Task<ActOutcome<ApprovalChange>>> change)
    {
        try
        {
            return await change().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException)
        {
            return ActRefusal.NotKept(e.Message);
        }
    }
}
