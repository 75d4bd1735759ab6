using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Identity;

/// <summary>The proofs used in this process; bounded as a whole and for each key, so that one key's flood is its own.</summary>
public sealed class InMemoryProofReplays : IProofReplays
{
    /// <summary>Default of the most proofs remembered.</summary>
    public const int DefaultCapacity = 100_000;

    /// <summary>Default of the most proofs of one key.</summary>
    public const int DefaultCapacityPerKey = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<Proof> _used = [];
    private readonly PriorityQueue<Proof, DateTimeOffset> _byEnd = new();
    private readonly Dictionary<string, int> _perKey = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly int _capacityPerKey;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="time">The clock by which proofs are forgotten.</param>
    /// <param name="capacity">The most proofs remembered, 1 or more.</param>
    /// <param name="capacityPerKey">The most of one key, 1 or more.</param>
    public InMemoryProofReplays(TimeProvider time, int capacity = DefaultCapacity, int capacityPerKey = DefaultCapacityPerKey)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityPerKey, 1);
        _time = time;
        _capacity = capacity;
        _capacityPerKey = capacityPerKey;
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
    public ValueTask<ProofReplayAnswer> UseAsync(string keyThumbprint, string proofId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyThumbprint);
        ArgumentNullException.ThrowIfNull(proofId);

        // The id is the client's text; its hash has one length.
        var proof = new Proof(keyThumbprint, TokenHash.Of(Encoding.UTF8.GetBytes(proofId)));
        lock (_lock)
            return ValueTask.FromResult(Use(proof, until));
    }

    private ProofReplayAnswer Use(Proof proof, DateTimeOffset until)
    {
        ForgetEnded();
        if (_used.Contains(proof))
            return ProofReplayAnswer.Replayed;
        var ofKey = _perKey.GetValueOrDefault(proof.Key);

        // Threat: dropping an old proof for a new one would let the old one be replayed. Full is full until some are over.
        if (_used.Count >= _capacity || ofKey >= _capacityPerKey)
            return ProofReplayAnswer.Full;
        _used.Add(proof);
        _byEnd.Enqueue(proof, until);
        _perKey[proof.Key] = ofKey + 1;
        return ProofReplayAnswer.First;
    }

    private void ForgetEnded()
    {
        var now = _time.GetUtcNow();
        while (_byEnd.TryPeek(out var proof, out var until) && until <= now)
        {
            _byEnd.Dequeue();
            _used.Remove(proof);
            if (--_perKey[proof.Key] == 0)
                _perKey.Remove(proof.Key);
        }
    }

    private readonly record struct Proof(string Key, TokenHash Id);
}
