using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Digests as the tables have them: in hexadecimal.</summary>
internal static class StoredDigests
{
    /// <summary>The digest as text.</summary>
    public static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);

    /// <summary>The digests as texts.</summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    public static IReadOnlyList<string> Hex(IReadOnlyList<ReadOnlyMemory<byte>> digests, string name)
    {
        ArgumentNullException.ThrowIfNull(digests, name);
        foreach (var digest in digests) StoredText.CheckDigest(digest, name);
        return [.. digests.Select(Hex)];
    }
}
