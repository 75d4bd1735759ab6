namespace Gatehouse.Wrap;

/// <summary>
/// The client's requests that were passed to the host and not answered, so that they can be answered when it is gone. Safe for concurrent use.
/// </summary>
internal sealed class PendingCalls
{
    /// <summary>Requests that may wait at the same time.</summary>
    public const int Most = 1024;

    private readonly Dictionary<long, ReadOnlyMemory<byte>> ids = [];

    /// <summary>Stores a request. Returns false when too many wait.</summary>
    public bool TryAdd(long number, ReadOnlyMemory<byte> id)
    {
        lock (ids) return ids.Count < Most && ids.TryAdd(number, id);
    }

    /// <summary>Removes a request that was answered, or gets no answer.</summary>
    public void Remove(long number)
    {
        lock (ids) ids.Remove(number);
    }

    /// <summary>Takes a request out, and returns its id as raw JSON. Returns false where it does not wait.</summary>
    public bool TryTake(long number, out ReadOnlyMemory<byte> id)
    {
        lock (ids) return ids.Remove(number, out id);
    }

    /// <summary>Takes all of them out, and returns their ids as raw JSON.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TakeAll()
    {
        lock (ids)
        {
            ReadOnlyMemory<byte>[] taken = [.. ids.Values];
            ids.Clear();
            return taken;
        }
    }
}
