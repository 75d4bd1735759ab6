using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gatehouse.Audit.Tree;

/// <summary>A SHA-256 hash of a leaf or node of a Merkle tree (RFC 6962, section 2.1).</summary>
[InlineArray(Length)]
[SuppressMessage("Naming", "CA1720", Justification = "The word of the specification.")]
public struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>The bytes of a hash.</summary>
    public const int Length = 32;

    private byte first;

    /// <summary>The bytes, for reading.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Bytes => this;

    /// <summary>Copies a hash from its bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static TreeHash From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException("A hash has 32 bytes.", nameof(bytes));
        var hash = default(TreeHash);
        bytes.CopyTo(hash);
        return hash;
    }

    /// <summary>Reads a hash from standard base64 (RFC 4648, section 4). False for any other spelling, unused bits that are set included.</summary>
    public static bool TryParse(string text, out TreeHash hash)
    {
        ArgumentNullException.ThrowIfNull(text);
        hash = default;
        if (!CanonicalBase64.TryDecode(text, out var bytes) || bytes.Length != Length) return false;
        hash = From(bytes);
        return true;
    }

    /// <summary>Returns whether both hashes have the same bytes.</summary>
    public static bool operator ==(in TreeHash left, in TreeHash right) => left.Bytes.SequenceEqual(right.Bytes);

    /// <summary>Returns whether the hashes differ.</summary>
    public static bool operator !=(in TreeHash left, in TreeHash right) => !(left == right);

    /// <inheritdoc />
    public readonly bool Equals(TreeHash other) => this == other;

    /// <inheritdoc />
    public override readonly bool Equals(object? obj) => obj is TreeHash other && this == other;

    /// <inheritdoc />
    public override readonly int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>Returns the hash in standard base64, as checkpoints write it.</summary>
    public override readonly string ToString() => Convert.ToBase64String(Bytes);
}
