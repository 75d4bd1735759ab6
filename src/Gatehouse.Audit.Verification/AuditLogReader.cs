using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Reads entries back as JSON, oldest first, in the version of the event model that this program writes. What is no entry is passed over,
/// as are zeros and a torn line at the end of a segment: <see cref="AuditLogVerifier"/> says where they are.
/// </summary>
public static class AuditLogReader
{
    /// <summary>All entries in the folder's segments.</summary>
    /// <exception cref="AuditVersionException">An entry is of a version that is not read. Nothing is answered from a part of a log.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IEnumerable<JsonElement> Read(string directory)
    {
        foreach (var segment in LogSegment.In(directory))
        {
            foreach (var line in segment.Lines())
            {
                if (line.End == LogLineEnd.Whole && TryParse(line.Bytes, out var entry)) yield return Upgraded(entry, segment, line);
            }
        }
    }

    private static JsonElement Upgraded(JsonElement entry, LogSegment segment, LogLine line)
    {
        var version = EntryVersions.Of(entry);
        if (version <= EntryVersions.Newest) return EntryVersions.Upgrade(entry);
        throw new AuditVersionException(
            $"{segment.Path}, line {line.Number}: the event model has version {version}; this program writes version {AuditEntry.ModelVersion} "
            + $"and reads up to {EntryVersions.Newest}");
    }

    // An entry without a version is no entry.
    private static bool TryParse(ReadOnlyMemory<byte> line, out JsonElement entry)
    {
        entry = default;
        if (HalfCharacters.Has(line.Span)) return false;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (EntryVersions.Of(document.RootElement) is null) return false;
            entry = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
