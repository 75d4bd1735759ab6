using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// The texts from which one configuration was made: all files that the loader read, and the values of flags and named variables. Its digest names it
/// in the audit log.
/// </summary>
/// <remarks>
/// The digest is the SHA-256 of the manifest (<see cref="SnapshotManifest"/>), which has the path and the SHA-256 of each text. Files to which the
/// configuration only refers (keys, certificates, lists of revocations, secrets) are no part of it.
/// </remarks>
public sealed class ConfigurationTexts
{
    // Computed when they are asked for: commands that only read a configuration need no library for SHA-256.
    private string? manifest;
    private string? digest;
    private string? filesDigest;

    /// <summary>Makes the texts of a configuration.</summary>
    /// <param name="files">The texts, in the order in which the loader read them.</param>
    public ConfigurationTexts(IEnumerable<SnapshotFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        Files = [.. files];
    }

    /// <summary>The texts.</summary>
    public IReadOnlyList<SnapshotFile> Files { get; }

    /// <summary>The manifest, one line a text.</summary>
    public string Manifest => manifest ??= SnapshotManifest.Write(Files.Select(SnapshotManifestLine.Of));

    /// <summary>The digest of all texts, 64 lower-case hexadecimal digits.</summary>
    public string Digest => digest ??= DigestOf(Manifest);

    /// <summary>The digest of the files without the values from outside.</summary>
    public string FilesDigest => filesDigest ??=
        DigestOf(SnapshotManifest.Write(Files.Where(file => file.Part != SnapshotPart.Outside).Select(SnapshotManifestLine.Of)));

    /// <summary>The file of <c>--config</c>; null where it could not be read.</summary>
    public SnapshotFile? Main => Files.FirstOrDefault(file => file.Part == SnapshotPart.Main);

    /// <summary>Returns the file at a path, or null.</summary>
    public SnapshotFile? Find(string path) => Files.FirstOrDefault(file => file.Part != SnapshotPart.Outside && file.Path == path);

    /// <summary>Returns the digest.</summary>
    public override string ToString() => Digest;

    /// <summary>Returns the digest of a manifest.</summary>
    public static string DigestOf(string manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));
    }

    /// <summary>Returns whether a text has the form of a digest.</summary>
    public static bool IsDigest(string text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
