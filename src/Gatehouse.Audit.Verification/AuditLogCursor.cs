using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Reads entries from a position on, so that a reader that remembers one never reads the entries before it again. As with
/// <see cref="AuditLogReader"/>, what is no entry is passed over, and entries have the newest version of the event model.
/// </summary>
public static class AuditLogCursor
{
    /// <summary>The names of the segments of a log, oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Segments(string directory) =>
        [.. LogSegment.In(directory).Select(segment => System.IO.Path.GetFileName(segment.Path.AsSpan()).ToString())];

    /// <summary>Returns whether a segment is a regular file. A pipe, a device, a folder or a link of that name is never opened.</summary>
    /// <exception cref="IOException">It is absent, or the system does not say what it is.</exception>
    public static bool IsRegular(string directory, string segment) => new LogSegment(System.IO.Path.Join(directory, segment), null).IsRegular;

    /// <summary>The entries from a position on, oldest first. The bytes of each are valid until the next is read.</summary>
    /// <param name="directory">The folder of the segments.</param>
    /// <param name="from">The position of the first entry: of an entry that was read before. Null reads from the beginning.</param>
    /// <exception cref="AuditVersionException">An entry is of a version that is not read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static IEnumerable<AuditLogRecord> ReadFrom(string directory, AuditLogPosition? from)
    {
        foreach (var segment in LogSegment.In(directory))
        {
            var name = System.IO.Path.GetFileName(segment.Path.AsSpan()).ToString();
            var order = from is { } first ? string.CompareOrdinal(name, first.Segment) : 1;
            if (order < 0) continue;
            foreach (var (offset, line) in Lines(segment, order == 0 ? from!.Value.Offset : 0))
            {
                if (Entry(segment, offset, line) is { } entry) yield return new AuditLogRecord(new AuditLogPosition(name, offset), entry);
            }
        }
    }

    private static IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> Lines(LogSegment segment, long from)
    {
        if (!segment.IsRegular) throw new IOException($"{segment.Path} is not a regular file; it was not read");
        using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        foreach (var piece in SegmentPieces.Read((offset, buffer) => RandomAccess.Read(file, buffer.Span, offset), from))
        {
            if (piece.End != PieceEnd.LineFeed) yield break; // room that is not written yet, or a line that is not whole yet
            if (!piece.IsTooLong && piece.Bytes.Length > 0) yield return (piece.Offset, piece.Bytes);
        }
    }

    private static ReadOnlyMemory<byte>? Entry(LogSegment segment, long offset, ReadOnlyMemory<byte> line)
    {
        if (HalfCharacters.Has(line.Span)) return null;
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(line);
            if (EntryVersions.Of(document.RootElement) is not { } version) return null;
            if (version > EntryVersions.Newest)
            {
                throw new AuditVersionException(
                    $"{segment.Path}, byte {offset}: the event model has version {version}; this program writes version {AuditEntry.ModelVersion} "
                    + $"and reads up to {EntryVersions.Newest}");
            }

            if (version != 1) return line;
            return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(EntryVersions.Upgrade(document.RootElement), EntryJson.Default.JsonElement);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
