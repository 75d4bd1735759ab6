using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The proofs used in this process; bounded as a whole, for each caller and for each key.</summary>
/// <remarks>
/// Threat: one caller proves possession so often, with one key or with many, that the proofs of others cannot be remembered and are refused
/// (CWE-770). A caller fills only its own part, whatever keys its tokens are bound to.
/// </remarks>
public sealed class InMemoryDPoPReplayCache : IDPoPReplayCache
{
    /// <summary>Default of the most proofs remembered.</summary>
    public const int DefaultCapacity = 100_000;

    /// <summary>Default of the most proofs of one key.</summary>
    public const int DefaultCapacityPerKey = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Proof, CallerPartition> used = [];
    private readonly PriorityQueue<Proof, DateTimeOffset> byEnd = new();
    private readonly Dictionary<string, int> perKey = new(StringComparer.Ordinal);
    private readonly PartitionedBudget perCaller = new();
    private readonly TimeProvider time;
    private readonly int capacity;
    private readonly int capacityPerKey;
    private readonly Func<int> callerShare;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="time">The clock by which proofs are removed.</param>
    /// <param name="capacity">The most proofs remembered, 1 or more.</param>
    /// <param name="capacityPerKey">The most of one key, 1 or more.</param>
    /// <param name="callerShare">Percent of the capacity that one caller may use, 1 to 100, asked at each use; null (default) lets one caller use
    /// all.</param>
    public InMemoryDPoPReplayCache(TimeProvider time, int capacity = DefaultCapacity, int capacityPerKey = DefaultCapacityPerKey,
        Func<int>? callerShare = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityPerKey, 1);
        this.time = time;
        this.capacity = capacity;
        this.capacityPerKey = capacityPerKey;
        this.callerShare = callerShare ?? (static () => 100);
    }

    /// <summary>The number of proofs that are remembered. Expired proofs may still be among them.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return used.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(use.KeyThumbprint);
        ArgumentNullException.ThrowIfNull(use.ProofId);

        // The id is the client's text; its hash has one length.
        var proof = new Proof(use.KeyThumbprint, TokenHash.Of(Encoding.UTF8.GetBytes(use.ProofId)));
        lock (gate)
            return ValueTask.FromResult(Use(proof, use.Caller, use.Until));
    }

    private ReplayCheckResult Use(Proof proof, CallerPartition caller, DateTimeOffset until)
    {
        ForgetEnded();
        if (used.ContainsKey(proof))
            return ReplayCheckResult.Replayed;
        var ofKey = perKey.GetValueOrDefault(proof.Key);

        // Threat: dropping an old proof for a new one would let the old one be replayed. Full is full until some are over.
        if (ofKey >= capacityPerKey
            || perCaller.TryTake(caller, 1, capacity, PartitionedBudget.PartOf(capacity, callerShare())) != PartitionedVerdict.Taken)
            return ReplayCheckResult.Full;
        used.Add(proof, caller);
        byEnd.Enqueue(proof, until);
        perKey[proof.Key] = ofKey + 1;
        return ReplayCheckResult.First;
    }

    private void ForgetEnded()
    {
        var now = time.GetUtcNow();
        while (byEnd.TryPeek(out var proof, out var until) && until <= now)
        {
            byEnd.Dequeue();
            used.Remove(proof, out var caller);
            perCaller.Return(caller, 1);
            if (--perKey[proof.Key] == 0)
                perKey.Remove(proof.Key);
        }
    }

    private readonly record struct Proof(string Key, TokenHash Id);
}
