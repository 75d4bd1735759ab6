using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The exchanges of this process that wait for answers, by question. Each is released at most once.</summary>
internal sealed class ApprovalWaiters
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource<ApprovalAnswer>>> waiting = new(StringComparer.Ordinal);

    /// <summary>Number of exchanges that wait.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Values.Sum(static others => others.Count);
        }
    }

    /// <summary>Adds one that waits for a question.</summary>
    public TaskCompletionSource<ApprovalAnswer> Add(string id)
    {
        var waiter = new TaskCompletionSource<ApprovalAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!waiting.TryGetValue(id, out var others)) waiting[id] = others = [];
            others.Add(waiter);
        }

        return waiter;
    }

    /// <summary>Removes one that waits no longer.</summary>
    public void Remove(string id, TaskCompletionSource<ApprovalAnswer> waiter)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(id, out var others) && others.Remove(waiter) && others.Count == 0) waiting.Remove(id);
        }
    }

    /// <summary>Removes all that wait for a question, without an answer.</summary>
    public void RemoveAll(string id)
    {
        lock (gate) waiting.Remove(id);
    }

    /// <summary>Returns whether any exchange waits for the question.</summary>
    public bool HasAny(string id)
    {
        lock (gate) return waiting.ContainsKey(id);
    }

    /// <summary>Releases all that wait for a question.</summary>
    public void Release(string id, ApprovalAnswer answer)
    {
        List<TaskCompletionSource<ApprovalAnswer>>? released;
        lock (gate) waiting.Remove(id, out released);
        foreach (var waiter in released ?? []) waiter.TrySetResult(answer);
    }
}
