using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// The cached lists of one server. Equal lists of many sessions are kept once. Above the bound, the lists that were added first are evicted, and
/// fetched again when needed (design rule 8).
/// </summary>
internal sealed class ListCache(long maxBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ServerList> lists = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private long held;

    public ServerList? Find(string version)
    {
        lock (gate) return lists.GetValueOrDefault(version);
    }

    /// <summary>Keeps the list unless an equal one is cached, and returns the cached one.</summary>
    public ServerList Keep(string version, ServerList list)
    {
        lock (gate)
        {
            if (lists.TryGetValue(version, out var same)) return same;
            lists[version] = list;
            order.Enqueue(version);
            held += list.Size;
            while (held > maxBytes && order.Count > 1) Drop(order.Dequeue());
            return list;
        }
    }

    private void Drop(string version)
    {
        if (lists.Remove(version, out var dropped)) held -= dropped.Size;
    }
}
