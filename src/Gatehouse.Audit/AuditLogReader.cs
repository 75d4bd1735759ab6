using System.Text.Json;

namespace Gatehouse.Audit;

/// <summary>Reads entries back as JSON, oldest first. Zeros and a torn last line at the end of a segment are ignored.</summary>
public static class AuditLogReader
{
    /// <summary>All entries in the folder's segments.</summary>
    public static IEnumerable<JsonElement> Read(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "audit-*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var entry in ReadSegment(file))
                yield return entry;
        }
    }

    private static IEnumerable<JsonElement> ReadSegment(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '\0') yield break;
            if (!TryParse(line, out var entry)) yield break;
            yield return entry;
        }
    }

    private static bool TryParse(string line, out JsonElement entry)
    {
        entry = default;
        try
        {
            using var document = JsonDocument.Parse(line);
            entry = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
