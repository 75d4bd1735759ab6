using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Questions whose grants are never used up: each use finds them as the first did.</summary>
internal sealed class UnspentApprovals(IApprovalStore real) : ApprovalStoreDouble(real)
{
    public override ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) =>
        to == ApprovalState.Spent ? ValueTask.FromResult(true) : base.ChangeAsync(id, from, to, now, cancellation);
}
