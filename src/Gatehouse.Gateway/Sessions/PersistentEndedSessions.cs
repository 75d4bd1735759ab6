using System.Collections.Concurrent;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>Ended sessions in memory, kept by the store across restarts until their absolute time.</summary>
public sealed class PersistentEndedSessions : IEndedSessions
{
    private readonly Store store;
    private readonly ConcurrentDictionary<string, DateTimeOffset> ended = new(StringComparer.Ordinal);

    /// <summary>Loads what the store has.</summary>
    public PersistentEndedSessions(Store store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        this.store = store;
        foreach (var row in store.EndedSessions.All(time.GetUtcNow())) ended[row.SessionUid] = row.Until;
    }

    /// <inheritdoc />
    public ValueTask AddAsync(string uid, DateTimeOffset until)
    {
        ended[uid] = until;
        return store.EndedSessions.AddAsync(uid, until);
    }

    /// <inheritdoc />
    public bool Contains(string uid) => ended.ContainsKey(uid);

    /// <summary>Forgets sessions whose absolute time is over: their handles have expired by themselves.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var (uid, until) in ended)
        {
            if (until <= now) ended.TryRemove(uid, out _);
        }
    }
}
