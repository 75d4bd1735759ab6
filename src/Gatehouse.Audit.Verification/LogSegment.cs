using System.Globalization;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>A segment of a log, read line by line in bounded memory. Nothing is ever opened for writing.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">Its number; null where the name has none.</param>
internal sealed record LogSegment(string Path, long? Number)
{
    /// <summary>
    /// The bytes of a segment that are read at most: the largest of a writer (<c>audit.segmentBytes</c>), with room for its last line.
    /// </summary>
    internal const long MostBytes = (4L << 30) + (256L << 20);

    private const int ZeroBlock = 64 << 10;
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";

    /// <summary>What has the name of a segment in a folder, oldest first; also what is no file.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<LogSegment> In(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory, Prefix + "*" + Suffix).Order(StringComparer.Ordinal)
            .Select(file => new LogSegment(file, NumberOf(file)))];

    /// <summary>
    /// False for a pipe, a device, a folder or a link. The threat: who may write into the folder makes a reader wait for ever, or read a file that is
    /// elsewhere (CWE-59, CWE-67).
    /// </summary>
    /// <exception cref="IOException">The system does not say what it is.</exception>
    public bool IsRegular => FileKind.IsRegular(Path);

    /// <summary>The lines; the last one may be torn, or followed by zeros.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    public IEnumerable<LogLine> Lines()
    {
        if (!IsRegular) throw new IOException($"{Path} is not a regular file; it was not read");
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var number = 0;
        foreach (var piece in SegmentPieces.Read((offset, buffer) => RandomAccess.Read(file, buffer.Span, offset)))
        {
            var isWhole = piece.End == PieceEnd.LineFeed;
            if (piece.IsTooLong) yield return new LogLine(++number, default, LogLineEnd.TooLong);
            else if (isWhole || piece.Bytes.Length > 0) yield return new LogLine(++number, piece.Bytes, isWhole ? LogLineEnd.Whole : LogLineEnd.Torn);
            if (piece.End != PieceEnd.Zero) continue;
            var areZeros = IsZeros(file, piece.EndOffset);
            yield return new LogLine(number + 1, default, areZeros ? LogLineEnd.Zeros : LogLineEnd.AfterZeros);
            yield break;
        }
    }

    private static bool IsZeros(Microsoft.Win32.SafeHandles.SafeFileHandle file, long from)
    {
        var block = new byte[ZeroBlock];
        // A sparse file may have terabytes of them (CWE-400).
        if (RandomAccess.GetLength(file) > MostBytes) return false;
        while (RandomAccess.Read(file, block, from) is > 0 and var read)
        {
            if (block.AsSpan(0, read).ContainsAnyExcept((byte)0)) return false;
            from = SparseFile.NextData(file, from + read);
        }

        return true;
    }

    /// <summary>The numbers between two segments that follow each other, where some are missing.</summary>
    public static List<(long First, long Last)> Gaps(IReadOnlyList<LogSegment> segments)
    {
        List<(long First, long Last)> gaps = [];
        for (var at = 1; at < segments.Count; at++)
        {
            if (segments[at].Number is { } number && segments[at - 1].Number is { } before && number > before + 1) gaps.Add((before + 1, number - 1));
        }

        return gaps;
    }

    /// <summary>The number in the name of a segment; null where the name has none, or is of no segment.</summary>
    public static long? NumberOf(string file)
    {
        var name = System.IO.Path.GetFileName(file.AsSpan());
        // An entry may name any file.
        if (name.Length < Prefix.Length + Suffix.Length || !name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        return long.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
