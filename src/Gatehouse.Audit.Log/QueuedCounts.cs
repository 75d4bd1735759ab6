namespace Gatehouse.Audit.Log;

/// <summary>
/// Moves entries that count others (<see cref="JoinedEntries"/>) from the accounts of their owners into the queue. A count names its owner, so it is
/// sealed as each entry is, outside of the lock. Meanwhile it is neither in its account nor in a batch.
/// </summary>
/// <param name="gate">The lock of the log, a monitor.</param>
/// <param name="queue">The queue.</param>
/// <param name="sealing">Seals entries.</param>
/// <param name="lost">Takes counts that cannot be sealed.</param>
internal sealed class QueuedCounts(object gate, EntryQueue queue, EntrySealing sealing, LostEntries lost)
{
    private int counting; // calls that seal counts

    /// <summary>Queues counts.</summary>
    /// <param name="scope">The counts.</param>
    public void Add(JoinedScope scope)
    {
        if (!queue.HasCounts) return;
        IReadOnlyList<(OwnerAccount Account, AuditEntry Entry)> counts;
        lock (gate)
        {
            counts = queue.TakeCounts(scope);
            if (counts.Count == 0) return;
            counting++;
        }

        try
        {
            foreach (var (account, entry) in counts) Add(account, entry);
        }
        finally
        {
            lock (gate)
            {
                counting--;
                Monitor.PulseAll(gate); // for the committer, and for those who wait for counts
            }
        }
    }

    /// <summary>Waits until no count is between its account and a batch. Under the lock, which is released meanwhile.</summary>
    public void Await()
    {
        while (counting > 0) Monitor.Wait(gate);
    }

    private void Add(OwnerAccount account, AuditEntry entry)
    {
        var isSealed = sealing.Seal(ref entry) is null;
        lock (gate)
        {
            if (isSealed) queue.Add(entry, account);
            else lost.Add(entry, isAwaited: false);
        }
    }
}
