using System.Collections.Frozen;

namespace Gatehouse.Integrity.Locks;

/// <summary>
/// The conditions under which an approval counts. They come from the configuration, never from the lock file: a person who may edit the one need not
/// be trusted with the other.
/// </summary>
public sealed record ApprovalRules
{
    /// <summary>The rule that one unsigned approval is enough.</summary>
    public static ApprovalRules Single { get; } = new();

    /// <summary>The number of listed keys that must have signed; 2 is four eyes. Default 0.</summary>
    public int Signatures { get; init; }

    /// <summary>The public keys by name: SubjectPublicKeyInfo of P-256 keys. The same key under two names counts once. Default none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Keys { get; init; } = FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
}
