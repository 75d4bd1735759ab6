using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Withheld results with faults that are chosen one by one.</summary>
internal sealed class FaultyQuarantine(IQuarantineStore inner) : IQuarantineStore
{
    private readonly Dictionary<string, byte[]> contents = [];

    public bool DeliversTwice { get; init; }

    public bool HasNoBound { get; init; }

    public bool KeepsContents { get; init; }

    public bool ErasesNothing { get; init; }

    public bool NotesAtOnce { get; init; }

    public async ValueTask<ApprovalAdding> AddAsync(
        QuarantinedResultRow row, ReadOnlyMemory<byte> content, QuarantineBounds bounds, CancellationToken cancellation)
    {
        bounds.Validate();
        lock (contents) contents[row.Id ?? ""] = content.ToArray();
        var most = HasNoBound ? bounds with { MostOfServer = int.MaxValue, MostBytesOfServer = long.MaxValue, MostOfParty = int.MaxValue } : bounds;
        var added = await inner.AddAsync(row, content, most, cancellation);
        if (NotesAtOnce) await inner.NoteAsync(row.Id ?? "", QuarantineState.Kept, cancellation);
        return added;
    }

    public ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindAsync(id, now, cancellation);

    public async ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        await inner.ContentAsync(id, now, cancellation) ?? (KeepsContents ? Content(id) : null);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation) => inner.ListAsync(state, most, now, cancellation);

    public ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindReleasedAsync(digests, now, cancellation);

    public ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ReleaseAsync(id, release, expires, now, cancellation);

    public async ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        await inner.DeliverAsync(id, now, cancellation) ?? (DeliversTwice ? Content(id) : null);

    public ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation) =>
        inner.DeleteAsync(id, release, now, cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation) =>
        inner.ExpireAsync(now, cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation) =>
        inner.EraseAsync(ErasesNothing ? [] : parties, now, cancellation);

    public ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation) => inner.NoteAsync(id, state, cancellation);

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation) => inner.UnnotedAsync(cancellation);

    public ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation) => inner.UseAsync(now, cancellation);

    private byte[]? Content(string id)
    {
        lock (contents) return contents.GetValueOrDefault(id);
    }
}
