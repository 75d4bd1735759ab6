using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>The proofs used in this process; bounded as a whole, for each caller and for each key.</summary>
/// <remarks>
/// Threat: one caller proves possession so often, with one key or with many, that the proofs of others cannot be remembered and are refused
/// (CWE-770). A caller fills its own part alone, whatever keys its tokens are bound to.
/// </remarks>
public sealed class InMemoryDPoPReplayCache : IDPoPReplayCache
{
    /// <summary>Default of the most proofs remembered.</summary>
    public const int DefaultCapacity = 100_000;

    /// <summary>Default of the most proofs of one key.</summary>
    public const int DefaultCapacityPerKey = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Proof, CallerPartition> _used = [];
    private readonly PriorityQueue<Proof, DateTimeOffset> _byEnd = new();
    private readonly Dictionary<string, int> _perKey = new(StringComparer.Ordinal);
    private readonly PartitionedBudget _perCaller = new();
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly int _capacityPerKey;
    private readonly Func<int> _callerShare;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="time">The clock by which proofs are forgotten.</param>
    /// <param name="capacity">The most proofs remembered, 1 or more.</param>
    /// <param name="capacityPerKey">The most of one key, 1 or more.</param>
    /// <param name="callerShare">Percent of the capacity that one caller may use, 1 to 100, asked at each use; null (default) lets one caller use all.</param>
    public InMemoryDPoPReplayCache(TimeProvider time, int capacity = DefaultCapacity, int capacityPerKey = DefaultCapacityPerKey, Func<int>? callerShare = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityPerKey, 1);
        _time = time;
        _capacity = capacity;
        _capacityPerKey = capacityPerKey;
        _callerShare = callerShare ?? (static () => 100);
    }

    /// <summary>How many proofs are remembered; those over may still be among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _used.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(use.KeyThumbprint);
        ArgumentNullException.ThrowIfNull(use.ProofId);

        // The id is the client's text; its hash has one length.
        var proof = new Proof(use.KeyThumbprint, TokenHash.Of(Encoding.UTF8.GetBytes(use.ProofId)));
        lock (_lock)
            return ValueTask.FromResult(Use(proof, use.Caller, use.Until));
    }

    private ReplayCheckResult Use(Proof proof, CallerPartition caller, DateTimeOffset until)
    {
        ForgetEnded();
        if (_used.ContainsKey(proof))
            return ReplayCheckResult.Replayed;
        var ofKey = _perKey.GetValueOrDefault(proof.Key);

        // Threat: dropping an old proof for a new one would let the old one be replayed. Full is full until some are over.
        if (ofKey >= _capacityPerKey || _perCaller.TryTake(caller, 1, _capacity, PartitionedBudget.PartOf(_capacity, _callerShare())) != PartitionedVerdict.Taken)
            return ReplayCheckResult.Full;
        _used.Add(proof, caller);
        _byEnd.Enqueue(proof, until);
        _perKey[proof.Key] = ofKey + 1;
        return ReplayCheckResult.First;
    }

    private void ForgetEnded()
    {
        var now = _time.GetUtcNow();
        while (_byEnd.TryPeek(out var proof, out var until) && until <= now)
        {
            _byEnd.Dequeue();
            _used.Remove(proof, out var caller);
            _perCaller.Return(caller, 1);
            if (--_perKey[proof.Key] == 0)
                _perKey.Remove(proof.Key);
        }
    }

    private readonly record struct Proof(string Key, TokenHash Id);
}
