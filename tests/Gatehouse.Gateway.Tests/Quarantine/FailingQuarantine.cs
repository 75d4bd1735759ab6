using System.Collections.Concurrent;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Pipeline;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>Withheld results of which one act in the store fails, before or after it was done. It counts the acts.</summary>
internal sealed class FailingQuarantine(IQuarantineStore inner) : IQuarantineStore
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Name of the act that fails; empty for none.</summary>
    public string Failing { get; set; } = "";

    /// <summary>True when the act is done and its answer is lost.</summary>
    public bool IsDone { get; set; }

    /// <summary>What happens directly before an act, with its name, in the store itself.</summary>
    public Func<string, IQuarantineStore, Task>? Before { get; set; }

    /// <summary>Number of acts with a name.</summary>
    public int Count(string act) => counts.GetValueOrDefault(act);

    public static PartReplacements Around(Action<FailingQuarantine> made) => PartReplacements.None.Around(QuarantinePartNames.Store, real =>
    {
        var failing = new FailingQuarantine(real);
        made(failing);
        return failing;
    });

    public ValueTask<ApprovalAdding> AddAsync(
        QuarantinedResultRow row, ReadOnlyMemory<byte> content, QuarantineBounds bounds, CancellationToken cancellation = default) =>
        RunAsync("add", () => inner.AddAsync(row, content, bounds, cancellation));

    public ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("find", () => inner.FindAsync(id, now, cancellation));

    public ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("content", () => inner.ContentAsync(id, now, cancellation));

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("list", () => inner.ListAsync(state, most, now, cancellation));

    public ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("find-released", () => inner.FindReleasedAsync(digests, now, cancellation));

    public ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("release", () => inner.ReleaseAsync(id, release, expires, now, cancellation));

    public ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("deliver", () => inner.DeliverAsync(id, now, cancellation));

    public ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("delete", () => inner.DeleteAsync(id, release, now, cancellation));

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("expire", () => inner.ExpireAsync(now, cancellation));

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("erase", () => inner.EraseAsync(parties, now, cancellation));

    public async ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation = default) =>
        await RunAsync("note", async () =>
        {
            await inner.NoteAsync(id, state, cancellation);
            return true;
        });

    public ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        RunAsync("unnoted", () => inner.UnnotedAsync(cancellation));

    public ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("use", () => inner.UseAsync(now, cancellation));

    private async ValueTask<T> RunAsync<T>(string act, Func<ValueTask<T>> work)
    {
        counts.AddOrUpdate(act, 1, static (_, count) => count + 1);
        if (Before is { } before) await before(act, inner);
        if (act == Failing && !IsDone) throw new StoreException("the disk refuses for the test");
        var result = await work();
        return act == Failing ? throw new StoreException("the answer is lost for the test") : result;
    }
}
