using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>Containments that the disk refuses, on request.</summary>
internal sealed class FailingContainments(IContainmentStore inner) : IContainmentStore
{
    public bool Fails { get; set; }

    private IContainmentStore Inner => Fails ? throw new StoreException("the disk is gone") : inner;

    public ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default) =>
        Inner.AddAsync(row, most, cancellation);

    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        Inner.ListAsync(now, cancellation);

    public ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default) =>
        Inner.ReleaseAsync(id, release, now, cancellation);

    public ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default) => Inner.NoteAsync(id, isReleased, cancellation);

    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) => Inner.UnnotedAsync(cancellation);
}
