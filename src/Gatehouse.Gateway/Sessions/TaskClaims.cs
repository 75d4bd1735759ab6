using System.Collections.Concurrent;
using Gatehouse.Identity;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Claims on tasks: those on their way to the store, and those that it did not take. Bounded, with a part for each caller; a claim that
/// finds no room is refused, so that no task is ever given out without an owner. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: a claim that is forgotten before the store has it can be made by somebody else who learns the task's id, and whoever makes
/// claims without end forces that forgetting (CWE-770; MCP row X01).
/// </remarks>
internal sealed class TaskClaims(Store store, TimeProvider time, Action<string> diagnostics)
{
    /// <summary>Claims that the store does not have yet, of all callers.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan TaskLife = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, TaskClaim> unsaved = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TaskClaim> refused = new();
    private readonly PartitionedBudget places = new();

    /// <summary>Claims that the store does not have yet.</summary>
    public int Unsaved => unsaved.Count;

    /// <summary>The owner that claimed a task; null when nobody did.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public byte[]? Find(string server, byte[] task) =>
        unsaved.TryGetValue(Key(server, task), out var claim) ? claim.Owner : store.TaskOwners.Find(server, task, time.GetUtcNow());

    /// <summary>Notes the owner of a task that nobody claimed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="callerShare">Percent of the room that one caller gets, 1 to 100.</param>
    /// <returns>False when it was claimed meanwhile, or when there is no room.</returns>
    public bool TryAdd(TaskClaim claim, int callerShare)
    {
        if (places.TryTakePlace(claim.Caller, Most, PartitionedBudget.PartOf(Most, callerShare)) != PartitionedVerdict.Taken) return false;
        if (!unsaved.TryAdd(Key(claim.Server, claim.Task), claim))
        {
            places.Return(claim.Caller, 1);
            return false;
        }

        _ = KeepAsync(claim, callerShare);
        return true;
    }

    private async Task KeepAsync(TaskClaim claim, int callerShare)
    {
        try
        {
            await store.TaskOwners.AddAsync(claim.Server, claim.Task, claim.Owner, claim.CallerDigest, callerShare, time.GetUtcNow() + TaskLife).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            refused.Enqueue(claim); // it is known in this process, and tried again when the store takes another
            diagnostics($"the owner of a task could not be stored; after a restart the task is unknown: {e.Message}");
            return;
        }

        if (unsaved.TryRemove(Key(claim.Server, claim.Task), out _)) places.Return(claim.Caller, 1);
        if (refused.TryDequeue(out var earlier)) _ = KeepAsync(earlier, callerShare);
    }

    private static string Key(string server, byte[] task) => server + " " + Convert.ToHexString(task);
}
