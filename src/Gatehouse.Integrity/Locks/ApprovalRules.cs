using System.Collections.Frozen;

namespace Gatehouse.Integrity.Locks;

/// <summary>
/// What makes an approval count. It comes from the configuration, never from the lock file: who may edit the one need not be trusted with the other.
/// </summary>
public sealed record ApprovalRules
{
    /// <summary>One person's word is enough, unsigned.</summary>
    public static ApprovalRules Single { get; } = new();

    /// <summary>How many listed keys must have signed; 2 is four eyes. Default 0.</summary>
    public int Signatures { get; init; }

    /// <summary>The public keys by name: SubjectPublicKeyInfo of P-256 keys. The same key under two names counts once. Default none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Keys { get; init; } = FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
}
