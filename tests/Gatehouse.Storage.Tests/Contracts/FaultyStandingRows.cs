using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Remembered answers that come back, and of which a party may have any number.</summary>
internal sealed class FaultyRememberedApprovals(IRememberedApprovalStore inner) : IRememberedApprovalStore
{
    public bool ComeBack { get; init; }

    public bool HasNoBound { get; init; }

    public bool ForgetsOfCallersOnly { get; init; }

    public ValueTask<ApprovalAdding> AddAsync(RememberedApprovalRow row, int mostOfParty, int most, CancellationToken cancellation) =>
        inner.AddAsync(row, HasNoBound ? int.MaxValue : mostOfParty, most, cancellation);

    public ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation) => inner.FindAsync(scopes, now, cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(int most, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ListAsync(most, now, cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ListOfAsync(parties, now, cancellation);

    public async ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!ComeBack) return await inner.ForgetAsync(id, now, cancellation);
        var row = (await inner.ListAsync(1000, now, cancellation)).FirstOrDefault(one => one.Id == id);
        return row is null ? null : row with { IsForgotten = true };
    }

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation) => inner.ForgetAllAsync(parties, ForgetsOfCallersOnly ? [] : persons, now, cancellation);

    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (!ForgetsOfCallersOnly) return await inner.EraseAsync(parties, persons, now, cancellation);
        return [.. (await inner.ForgetAllAsync(parties, persons, now, cancellation)).Select(row => row with { Sealed = default })];
    }

    public ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation) => inner.NoteAsync(id, isForgotten, cancellation);

    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation) => inner.UnnotedAsync(cancellation);
}

/// <summary>Containments that end when they are noted, and that give way to later ones.</summary>
internal sealed class FaultyContainments(IContainmentStore inner) : IContainmentStore
{
    public bool EndWhenNoted { get; init; }

    public bool GiveWay { get; init; }

    public async ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation)
    {
        var added = await inner.AddAsync(row, most, cancellation);
        if (added != ApprovalAdding.Crowded || !GiveWay) return added;
        var oldest = (await inner.ListAsync(row.At, cancellation))[0].Id;
        await inner.ReleaseAsync(oldest, default, row.At, cancellation);
        return await inner.AddAsync(row, most, cancellation);
    }

    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        inner.ListAsync(now, cancellation);

    public ValueTask<ContainmentRow?> ReleaseAsync(string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ReleaseAsync(id, release, now, cancellation);

    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation)
    {
        if (EndWhenNoted) await inner.ReleaseAsync(id, default, DateTimeOffset.MinValue, cancellation);
        await inner.NoteAsync(id, isReleased, cancellation);
    }

    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation) => inner.UnnotedAsync(cancellation);
}
