using System.Security.Cryptography;

namespace Gatehouse.Configuration.Texts;

/// <summary>One text of a configuration, as it was read.</summary>
/// <param name="Part">Its part.</param>
/// <param name="Path">The absolute path; empty for values from outside the files.</param>
/// <param name="Content">The bytes.</param>
public sealed record SnapshotFile(SnapshotPart Part, string Path, ReadOnlyMemory<byte> Content)
{
    /// <summary>The SHA-256 of the bytes, 64 lower-case hexadecimal digits.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Content.Span));

    /// <summary>Returns part and path, not the text.</summary>
    public override string ToString() => $"{Part} {Path}";
}
