using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// The nonces of states that are used once and are not used yet (H05). They are in memory: after a restart none is known, and the client starts
/// again. Safe for concurrent use; of several uses of one state exactly one succeeds.
/// </summary>
/// <remarks>
/// A list of what was used would have to be complete for as long as states live, or a forgotten entry would permit a second use (CWE-294). A list of
/// what may be used fails closed.
/// </remarks>
internal sealed class IssuedStates(TimeProvider time)
{
    /// <summary>States of all callers that are not used yet.</summary>
    public const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Issued> open = [];
    private readonly PartitionedBudget places = new();

    /// <summary>Number of states that are not used yet.</summary>
    public int Count
    {
        get
        {
            lock (gate) return open.Count;
        }
    }

    /// <summary>Remembers a new state.</summary>
    /// <param name="owner">The caller who gets it, and what it is about.</param>
    /// <param name="until">The end of its life.</param>
    /// <param name="callerShare">Percent of the room that one caller gets, 1 to 100.</param>
    /// <returns>Its nonce; null when there is no room.</returns>
    public byte[]? TryIssue(StateOwner owner, DateTimeOffset until, int callerShare)
    {
        var caller = owner.Partition;
        lock (gate)
        {
            if (!TryTakePlace(caller, callerShare))
            {
                RemoveOver();
                if (!TryTakePlace(caller, callerShare)) return null;
            }

            var nonce = RandomNumberGenerator.GetBytes(StateFormat.NonceBytes);
            open.Add(Key(nonce), new Issued(owner, until)); // 128 random bits are never equal to others
            return nonce;
        }
    }

    /// <summary>Uses a state. True exactly once for each nonce that was issued and is not over.</summary>
    public bool TryUse(ReadOnlySpan<byte> nonce)
    {
        lock (gate)
        {
            if (!open.Remove(Key(nonce), out var issued)) return false;
            places.Return(issued.Owner.Partition, 1);
            return issued.Until > time.GetUtcNow();
        }
    }

    /// <summary>Removes the states whose owner meets a condition. They cannot be used any more.</summary>
    public void Void(Func<StateOwner, bool> condition)
    {
        lock (gate) Remove(issued => condition(issued.Owner));
    }

    /// <summary>Removes what is over.</summary>
    public void Sweep()
    {
        lock (gate) RemoveOver();
    }

    private bool TryTakePlace(CallerPartition caller, int callerShare) =>
        places.TryTake(caller, 1, Most, PartitionedBudget.PartOf(Most, callerShare)) == PartitionedVerdict.Taken;

    private void RemoveOver()
    {
        var now = time.GetUtcNow();
        Remove(issued => issued.Until <= now);
    }

    private void Remove(Func<Issued, bool> condition)
    {
        foreach (var (nonce, issued) in open)
        {
            if (!condition(issued) || !open.Remove(nonce)) continue;
            places.Return(issued.Owner.Partition, 1);
        }
    }

    private static UInt128 Key(ReadOnlySpan<byte> nonce) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(nonce);

    private readonly record struct Issued(StateOwner Owner, DateTimeOffset Until);
}

/// <summary>The caller of a state that is used once, and what it is about.</summary>
/// <param name="Issuer">The issuer of the caller.</param>
/// <param name="Subject">The caller at the issuer.</param>
/// <param name="Client">The client by which the caller comes; null where the token names none.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Tool">The tool that is called; null for another method.</param>
/// <param name="At">Time at which it was issued.</param>
internal readonly record struct StateOwner(string Issuer, string Subject, string? Client, string Server, string? Tool, DateTimeOffset At)
{
    /// <summary>The caller whose part of the room it takes.</summary>
    public CallerPartition Partition => CallerPartition.Of(Issuer, Subject);
}
