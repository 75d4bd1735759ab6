using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Lists of digests on their way into the store.</summary>
internal static class StoredDigests
{
    /// <summary>The digests, each as a value of a statement.</summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    public static byte[][] Bytes(IReadOnlyList<ReadOnlyMemory<byte>> digests, string name)
    {
        ArgumentNullException.ThrowIfNull(digests, name);
        foreach (var digest in digests) StoredText.CheckDigest(digest, name);
        return [.. digests.Select(static digest => digest.ToArray())];
    }
}
