using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>Remembered answers of which one act in the store fails before it is done.</summary>
internal sealed class FailingRemembered(IRememberedApprovalStore inner) : IRememberedApprovalStore
{
    /// <summary>Name of the act that fails; empty for none.</summary>
    public string Failing { get; set; } = "";

    public ValueTask<ApprovalAdding> AddAsync(RememberedApprovalRow row, int mostOfParty, int most, CancellationToken cancellation = default)
    {
        Check("add");
        return inner.AddAsync(row, mostOfParty, most, cancellation);
    }

    public ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Check("find");
        return inner.FindAsync(scopes, now, cancellation);
    }

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Check("list");
        return inner.ListAsync(most, now, cancellation);
    }

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Check("list-of");
        return inner.ListOfAsync(parties, now, cancellation);
    }

    public ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Check("forget");
        return inner.ForgetAsync(id, now, cancellation);
    }

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => inner.ForgetAllAsync(parties, persons, now, cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => inner.EraseAsync(parties, persons, now, cancellation);

    public ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation = default)
    {
        Check("note");
        return inner.NoteAsync(id, isForgotten, cancellation);
    }

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) => inner.UnnotedAsync(cancellation);

    private void Check(string act)
    {
        if (act == Failing) throw new StoreException("the disk is gone");
    }
}
