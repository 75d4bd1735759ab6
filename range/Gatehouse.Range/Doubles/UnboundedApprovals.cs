using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes any number of open questions of one caller.</summary>
internal sealed class UnboundedApprovals(IApprovalStore real) : ApprovalStoreDouble(real)
{
    public override ValueTask<ApprovalAdding> AddAsync(
        ApprovalRow row, int mostOpenOfParty, int mostOpen, CancellationToken cancellation = default) =>
        base.AddAsync(row, int.MaxValue, int.MaxValue, cancellation);
}
