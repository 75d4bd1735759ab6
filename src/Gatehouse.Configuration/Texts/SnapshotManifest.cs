using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// The manifest of a configuration: a first line with the version of the form, then for each text its part, its SHA-256 and its path as a JSON
/// string. Lines end with a line feed. An auditor computes the digest of a configuration with <c>sha256sum</c>.
/// </summary>
public static class SnapshotManifest
{
    private const string FirstLine = "gatehouse-configuration 1";

    // In the order of the enumeration.
    private static readonly string[] Words = ["main", "policy", "lock", "outside"];

    /// <summary>Returns the word of a part.</summary>
    public static string WordOf(SnapshotPart part) => Words[(int)part];

    /// <summary>Writes a manifest.</summary>
    public static string Write(IEnumerable<SnapshotManifestLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var text = new StringBuilder(FirstLine).Append('\n');
        foreach (var line in lines)
        {
            var path = JsonValue.Create(line.Path).ToJsonString();
            text.Append(Words[(int)line.Part]).Append(' ').Append(line.Digest).Append(' ').Append(path).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a manifest. Returns null for a text that <see cref="Write"/> did not write.</summary>
    public static IReadOnlyList<SnapshotManifestLine>? TryRead(string manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var lines = manifest.Split('\n');
        if (lines.Length < 2 || lines[0] != FirstLine || lines[^1].Length > 0) return null;
        var read = lines[1..^1].Select(Line).OfType<SnapshotManifestLine>().ToList();
        return Write(read) == manifest ? read : null;
    }

    private static SnapshotManifestLine? Line(string line)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length < 3 || Array.IndexOf(Words, parts[0]) is not (>= 0 and var part) || !ConfigurationTexts.IsDigest(parts[1])) return null;
        try
        {
            using var path = JsonDocument.Parse(parts[2]);
            return path.RootElement is { ValueKind: JsonValueKind.String } text
                ? new SnapshotManifestLine((SnapshotPart)part, parts[1], text.GetString()!) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // half of a surrogate pair is well-formed JSON, and no text
        }
    }
}
