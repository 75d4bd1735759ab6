using System.Diagnostics.CodeAnalysis;

namespace EntraStandIn;

/// <summary>A table in memory whose oldest entries go when it is full (CWE-770).</summary>
public sealed class Bounded<T>
    where T : class
{
    private const int Capacity = 10_000;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, T> entries = new(StringComparer.Ordinal);

    public void Set(string key, T value)
    {
        lock (gate)
        {
            entries[key] = value;
            if (entries.Count > Capacity) entries.RemoveAt(0);
        }
    }

    public bool TryGet(string? key, [NotNullWhen(true)] out T? value)
    {
        value = null;
        lock (gate) return key is not null && entries.TryGetValue(key, out value);
    }

    /// <summary>Takes an entry out: only one caller gets it.</summary>
    public bool TryTake(string? key, [NotNullWhen(true)] out T? value)
    {
        value = null;
        lock (gate) return key is not null && entries.Remove(key, out value);
    }

    public T? Find(Func<T, bool> isWanted)
    {
        lock (gate) return entries.Values.FirstOrDefault(isWanted);
    }

    public void Clear()
    {
        lock (gate) entries.Clear();
    }
}
