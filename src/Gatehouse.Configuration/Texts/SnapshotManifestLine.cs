namespace Gatehouse.Configuration.Texts;

/// <summary>One line of a manifest.</summary>
/// <param name="Part">The part of the text.</param>
/// <param name="Digest">The SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Path">The absolute path; empty for values from outside the files.</param>
public sealed record SnapshotManifestLine(SnapshotPart Part, string Digest, string Path)
{
    /// <summary>Returns the line of a text.</summary>
    public static SnapshotManifestLine Of(SnapshotFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new SnapshotManifestLine(file.Part, file.Digest, file.Path);
    }
}
