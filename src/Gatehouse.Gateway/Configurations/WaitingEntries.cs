using Gatehouse.Administration;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Entries about changes of the configuration that wait for the log. The log has them in the order in which they arose: an entry is written when
/// none waits before it, and waits otherwise.
/// </summary>
/// <remarks>
/// An entry that is needed always waits: while it is not in the log, nothing changes, so no further one arises but refusals. The number of refusals
/// has a limit (<see cref="Most"/>). No lock is held while the log is written.
/// </remarks>
internal sealed class WaitingEntries
{
    /// <summary>The most entries that wait for the log. The log counts refusals beyond them as lost, and no change is made meanwhile.</summary>
    public const int Most = 64;

    private readonly IAdministrationJournal journal;
    private readonly PendingChangeRecord pending;
    private readonly Lock gate = new();
    private readonly List<WaitingEntry> waiting = [];
    private readonly JoinedRun writing;

    /// <summary>Makes an empty list.</summary>
    /// <param name="journal">The journal of acts.</param>
    /// <param name="pending">The record about a change. It goes when the entry that ends the change is in the log.</param>
    public WaitingEntries(IAdministrationJournal journal, PendingChangeRecord pending)
    {
        (this.journal, this.pending) = (journal, pending);
        writing = new JoinedRun(WriteAllAsync);
    }

    /// <summary>
    /// Writes the entries that wait, in their order. A record of an earlier process that could not be read is read again, and its entry waits behind
    /// them. Callers at the same time wait for one attempt.
    /// </summary>
    /// <returns>False when one of them still is not in the log.</returns>
    public Task<bool> WriteAsync() => writing.RunAsync();

    /// <summary>Writes an entry behind those that wait already. If it is not written, by whatever fault, it waits.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>False when the entry is not in the log yet.</returns>
    public async Task<bool> WriteOrKeepAsync(WaitingEntry entry)
    {
        try
        {
            if (await WriteAsync().ConfigureAwait(false) && await journal.NoteDurableAsync(entry.Act, [.. entry.Facts]).ConfigureAwait(false))
            {
                if (entry.EndsChange) pending.Remove();
                return true;
            }
        }
        catch
        {
            TryKeep(entry);
            throw;
        }

        return !TryKeep(entry) && await journal.NoteDurableAsync(entry.Act, [.. entry.Facts]).ConfigureAwait(false);
    }

    /// <summary>Keeps an entry that is needed. The next <see cref="WriteAsync"/> writes it.</summary>
    public void Keep(WaitingEntry entry)
    {
        lock (gate) waiting.Add(entry);
    }

    private async Task<bool> WriteAllAsync()
    {
        if (pending.ReadAgain() is { } before) Keep(WaitingEntry.Undoing(before));
        while (true)
        {
            WaitingEntry next;
            lock (gate)
            {
                if (waiting.Count == 0) break;
                if (!journal.IsAvailable) return false;
                next = waiting[0];
            }

            if (!await journal.NoteDurableAsync(next.Act, [.. next.LaterFacts]).ConfigureAwait(false)) return false;
            lock (gate) waiting.RemoveAt(0);
            if (next.EndsChange) pending.RemoveOfEarlier();
        }

        pending.RemoveLeft();
        return true;
    }

    private bool TryKeep(WaitingEntry entry)
    {
        lock (gate)
        {
            if (!entry.IsNeeded && waiting.Count >= Most) return false;
            waiting.Add(entry);
            return true;
        }
    }
}
