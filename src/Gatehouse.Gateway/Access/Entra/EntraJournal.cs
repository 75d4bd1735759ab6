using System.Collections.Concurrent;
using Gatehouse.Identity.Partitions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// Entries about begin and end of rights of Entra PIM: one each, and none for a check. A right begins after its entry, and ends before it.
/// </summary>
/// <param name="note">Writes a control entry in a caller's part of the log, and returns whether it is durable.</param>
internal sealed class EntraJournal(Func<CallerPartition?, bool, string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>The cause of an end by the erasure of the person.</summary>
    public const string Erased = "erased";

    // Each has an entry of its begin, so there are never more than rights that began.
    private readonly ConcurrentQueue<(EntraRight Right, string Id, string Why)> waiting = new();
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Writes that a right begins.</summary>
    /// <returns>False where the entry is not durable: the right does not begin.</returns>
    public Task<bool> BeginAsync(EntraRight right, string id, EntraPeriod period, IEnumerable<string> rules)
    {
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(period);
        return note(PartOf(right), false, "access.begun",
        [
            ("right", id), ("source", right.Assignment.ToString()), ("rule", string.Join(' ', rules)),
            ("until", period.End is { } end ? Moments.Rfc3339(end) : ""),
            ("caller", CallerOf(right)),
        ]);
    }

    /// <summary>Takes the end of a right, whose entry follows.</summary>
    public void End(EntraRight right, string id, string why)
    {
        waiting.Enqueue((right, id, why));
        _ = WriteAsync();
    }

    /// <summary>Writes the entries of ends. What the log refuses is written by a later call.</summary>
    public async Task WriteAsync()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            while (waiting.TryPeek(out var end))
            {
                // A person who was erased has no part of the log, and no box, any more.
                var isErased = end.Why == Erased;
                var written = await note(isErased ? null : PartOf(end.Right), true, "access.ended",
                    [("right", end.Id), ("source", end.Right.Assignment.ToString()), ("why", end.Why), ("caller", isErased ? "" : CallerOf(end.Right))])
                    .ConfigureAwait(false);
                if (!written) return;
                waiting.TryDequeue(out _);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private static CallerPartition PartOf(EntraRight right) => CallerPartition.Of(right.Person.Issuer, right.Person.Subject);

    private static string CallerOf(EntraRight right) => $"{right.Person.Issuer} {right.Person.Subject}";
}
