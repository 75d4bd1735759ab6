using System.Collections.Concurrent;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Claims on tasks. They are in the store, where they survive a restart. They are in memory while they are on their way to the store, or as long as
/// it cannot take them. Memory is bounded, with a part for each caller. A claim that finds no room is refused, so that no task is ever given out
/// without an owner. Safe for concurrent use, except for a look-up and a claim that depends on it: those take a turn (<see cref="ClaimTurns"/>).
/// </summary>
/// <remarks>
/// The threat: a claim that is removed before the store has it can be made by another caller who learns the task's id, and a caller who makes claims
/// without end forces that removal (CWE-770; MCP row X01). A task lives for days, and their number has no bound: memory that kept each would grow
/// with every task that was ever made.
/// </remarks>
internal sealed class TaskClaims(ITaskOwnerStore store, TimeProvider time, ILogger log)
{
    /// <summary>Claims that the store does not have, of all callers.</summary>
    public const int Most = 100_000;

    private readonly ConcurrentDictionary<string, HeldClaim> unstored = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HeldClaim> refused = new();
    private readonly PartitionedBudget places = new();

    /// <summary>The number of claims that are in memory because the store does not have them.</summary>
    public int Unstored => unstored.Count;

    /// <summary>Returns the owner that claimed a task, or null when no caller did.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<byte[]?> FindAsync(string server, byte[] task, CancellationToken cancellation)
    {
        // Memory first: a claim leaves it only after the store has it.
        var now = time.GetUtcNow();
        return unstored.TryGetValue(Key(server, task), out var held) && held.Until > now
            ? ValueTask.FromResult<byte[]?>(held.Owner)
            : store.FindAsync(server, task, now, cancellation);
    }

    /// <summary>Stores the owner of a task that no caller claimed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="callerShare">Percent of the room that one caller gets, 1 to 100.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(HeldClaim claim, int callerShare)
    {
        if (places.TryTake(claim.Caller, 1, Most, PartitionedBudget.PartOf(Most, callerShare)) != PartitionedVerdict.Taken) return false;
        var key = Key(claim.Server, claim.Task);
        if (unstored.TryRemove(key, out var over)) places.Return(over.Caller, 1); // its time is over, and no sweep came since
        unstored[key] = claim;
        _ = StoreAsync(claim, callerShare);
        return true;
    }

    /// <summary>Removes the claims that the store could not take, once their time is over, and offers it one of the others again.</summary>
    /// <param name="callerShare">Percent of the room that one caller gets, 1 to 100.</param>
    public void Sweep(int callerShare)
    {
        var now = time.GetUtcNow();
        foreach (var claim in unstored.Values.Where(claim => claim.Until <= now)) Release(claim);
        for (var left = refused.Count; left > 0 && refused.TryDequeue(out var claim); left--)
        {
            if (IsHeld(claim)) refused.Enqueue(claim);
        }

        OfferAgain(callerShare);
    }

    private async Task StoreAsync(HeldClaim claim, int callerShare)
    {
        try
        {
            var most = (int)PartitionedBudget.PartOf(store.RowLimit, callerShare);
            await store.AddAsync(new TaskOwnerRow(claim.Server, claim.Task, claim.Owner, claim.CallerDigest, claim.Until),
                most).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            refused.Enqueue(claim); // tried again when the store takes another
            log.Write(OperatorEvents.TaskOwnerNotStored, LogValue.Cause(e));
            return;
        }

        Release(claim); // whoever the store says it belongs to
        OfferAgain(callerShare);
    }

    private void OfferAgain(int callerShare)
    {
        while (refused.TryDequeue(out var earlier))
        {
            if (!IsHeld(earlier)) continue;
            _ = StoreAsync(earlier, callerShare);
            return;
        }
    }

    private bool IsHeld(HeldClaim claim) => unstored.TryGetValue(Key(claim.Server, claim.Task), out var held) && held == claim;

    private void Release(HeldClaim claim)
    {
        if (unstored.TryRemove(KeyValuePair.Create(Key(claim.Server, claim.Task), claim))) places.Return(claim.Caller, 1);
    }

    private static string Key(string server, byte[] task) => server + " " + Convert.ToHexString(task);
}
