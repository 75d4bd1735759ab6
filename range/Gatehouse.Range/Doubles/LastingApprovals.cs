using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Questions whose grants have no end.</summary>
internal sealed class LastingApprovals(IApprovalStore real) : ApprovalStoreDouble(real)
{
    private static readonly DateTimeOffset BeforeAnyEnd = DateTimeOffset.UnixEpoch;

    public override async ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        Lasting(await base.FindAsync(id, BeforeAnyEnd, cancellation).ConfigureAwait(false));

    public override async ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) =>
        Lasting(await base.FindByDigestAsync(digests, BeforeAnyEnd, cancellation).ConfigureAwait(false));

    public override ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) =>
        base.ChangeAsync(id, from, to, to == ApprovalState.Spent ? BeforeAnyEnd : now, cancellation);

    public override ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        base.ExpireAsync(BeforeAnyEnd, cancellation);

    private static ApprovalRow? Lasting(ApprovalRow? row) =>
        row is { State: ApprovalState.Granted } ? row with { Expires = DateTimeOffset.MaxValue } : row;
}
