using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Takes any number of open questions of one caller.</summary>
internal sealed class UnboundedApprovals(IApprovalStore real) : ApprovalStoreDouble(real)
{
    public override ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default) =>
        base.AddAsync(row, new ApprovalBounds(int.MaxValue, int.MaxValue, long.MaxValue, long.MaxValue), cancellation);
}
