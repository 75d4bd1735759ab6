using System.Runtime.InteropServices;
using Gatehouse.Refusals;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The numbers of exchanges in progress, by the party that they count for. Not safe for concurrent use.</summary>
internal sealed class ExchangeCounts
{
    private readonly Dictionary<CountKey, int> counts = [];

    /// <summary>Counts an exchange.</summary>
    /// <param name="key">The party.</param>
    /// <param name="limit">The most of the party.</param>
    /// <param name="name">The name of the limit.</param>
    /// <exception cref="RefusalException">The party has too many (<see cref="Reasons.TooBusy"/>).</exception>
    public void Take(in CountKey key, int limit, string name)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        if (count < limit)
        {
            count++;
            return;
        }

        if (count == 0) counts.Remove(key);
        throw new RefusalException(Reasons.TooBusy, name);
    }

    /// <summary>Counts an exchange no more. A count of 0 is removed, so that the table holds no callers of the past.</summary>
    public void Return(in CountKey key)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, key);
        if (count > 1) count--;
        else counts.Remove(key);
    }
}

/// <summary>The kind of exchanges that are counted.</summary>
internal enum CountKind
{
    /// <summary>Exchanges of a connection whose caller is not known yet.</summary>
    Unknown,

    /// <summary>Requests of a caller.</summary>
    Requests,

    /// <summary>Streams of a caller.</summary>
    Streams,
}

/// <summary>The party whose exchanges are counted: a connection, or issuer and subject of a caller.</summary>
internal readonly record struct CountKey(CountKind Kind, string First, string Second);
