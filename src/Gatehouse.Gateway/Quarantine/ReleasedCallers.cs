namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// The callers that a released result waits for, in memory: a call of any other caller looks nothing up. It may name a caller whose results are
/// gone, and never leaves one out. Safe for concurrent use.
/// </summary>
internal sealed class ReleasedCallers
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Issuer, string Subject)> results = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Issuer, string Subject), int> callers = [];
    private volatile bool isEmpty;
    private volatile bool isKnown;

    /// <summary>Ids of the results.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (gate) return [.. results.Keys];
        }
    }

    /// <summary>True once the stored results are known. Before that, a result may wait for every caller.</summary>
    public bool IsKnown => isKnown;

    /// <summary>Returns whether a released result may wait for a caller.</summary>
    public bool MayHold(string issuer, string subject)
    {
        if (!isKnown) return true;
        if (isEmpty) return false;
        lock (gate) return callers.ContainsKey((issuer, subject));
    }

    /// <summary>Adds a result. Called before the result can be found in the store.</summary>
    public void Add(string id, string issuer, string subject)
    {
        lock (gate)
        {
            if (!results.TryAdd(id, (issuer, subject))) return;
            callers[(issuer, subject)] = callers.GetValueOrDefault((issuer, subject)) + 1;
            isEmpty = false;
        }
    }

    /// <summary>Removes a result that is no longer released.</summary>
    public void Remove(string id)
    {
        lock (gate)
        {
            if (!results.Remove(id, out var caller)) return;
            if (--callers[caller] == 0) callers.Remove(caller);
            isEmpty = results.Count == 0;
        }
    }

    /// <summary>Notes that all stored results were added.</summary>
    public void SetKnown()
    {
        lock (gate)
        {
            isEmpty = results.Count == 0;
            isKnown = true;
        }
    }
}
