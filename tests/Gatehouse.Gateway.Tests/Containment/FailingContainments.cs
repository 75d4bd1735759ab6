using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>Containments that the disk refuses on request, before or after the act was done.</summary>
internal sealed class FailingContainments(IContainmentStore inner) : IContainmentStore
{
    /// <summary>True while every act fails.</summary>
    public bool Fails { get; set; }

    /// <summary>True when a failing act that changes something is done and its answer is lost.</summary>
    public bool IsDone { get; set; }

    public ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default) =>
        ChangeAsync(() => inner.AddAsync(row, most, cancellation));

    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        Read().ListAsync(now, cancellation);

    public ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default) =>
        ChangeAsync(() => inner.ReleaseAsync(id, release, now, cancellation));

    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default) => await ChangeAsync(async () =>
    {
        await inner.NoteAsync(id, isReleased, cancellation);
        return true;
    });

    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) => Read().UnnotedAsync(cancellation);

    private static StoreException Fault() => new("the disk is gone");

    private IContainmentStore Read() => Fails ? throw Fault() : inner;

    private async ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> change)
    {
        if (!Fails) return await change();
        if (IsDone) await change();
        throw Fault();
    }
}
