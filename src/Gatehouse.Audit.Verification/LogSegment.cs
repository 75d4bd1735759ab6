using System.Globalization;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>A segment of a log, read line by line in bounded memory. Nothing is ever opened for writing.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">Its number; null where the name has none.</param>
internal sealed record LogSegment(string Path, long? Number)
{
    // Twice the longest entry of this version, so that one of the next version is read whole.
    private const int LongestLine = 2 * (AuditEntryFormat.MostBytes + AuditEntryFormat.MostSealed);

    private const int FirstBuffer = 64 << 10;

    /// <summary>
    /// The bytes of a segment that are read at most: the largest of a writer (<c>audit.segmentBytes</c>), with room for its last line.
    /// </summary>
    internal const long MostBytes = (4L << 30) + (256L << 20);

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
        var buffer = new byte[FirstBuffer];
        var (start, end, number) = (0, 0, 0);
        var isTooLong = false; // of the line that begins at start
        long offset = 0;
        while (true)
        {
            var stop = buffer.AsSpan(start, end - start).IndexOfAny((byte)'\n', (byte)0);
            if (stop >= 0)
            {
                var isWhole = buffer[start + stop] != 0;
                if (isTooLong) yield return new LogLine(++number, default, LogLineEnd.TooLong);
                else if (isWhole || stop > 0)
                    yield return new LogLine(++number, buffer.AsMemory(start, stop), isWhole ? LogLineEnd.Whole : LogLineEnd.Torn);
                isTooLong = false;
                if (!isWhole)
                {
                    yield return new LogLine(number + 1, default, IsZeros(file, offset - (end - start) + stop) ? LogLineEnd.Zeros
                        : LogLineEnd.AfterZeros);
                    yield break;
                }

                start += stop + 1;
                continue;
            }

            if (end - start >= LongestLine) (isTooLong, start) = (true, end);
            if (start > 0) Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, Math.Min(2 * buffer.Length, LongestLine));
            var read = RandomAccess.Read(file, buffer.AsSpan(end), offset);
            if (read > 0)
            {
                (end, offset) = (end + read, offset + read);
                continue;
            }

            if (isTooLong) yield return new LogLine(++number, default, LogLineEnd.TooLong);
            else if (end > 0) yield return new LogLine(++number, buffer.AsMemory(0, end), LogLineEnd.Torn);
            yield break;
        }
    }

    private static bool IsZeros(Microsoft.Win32.SafeHandles.SafeFileHandle file, long from)
    {
        var block = new byte[FirstBuffer];
        // A sparse file may have terabytes of them (CWE-400).
        if (RandomAccess.GetLength(file) > MostBytes) return false;
        while (RandomAccess.Read(file, block, from) is > 0 and var read)
        {
            if (block.AsSpan(0, read).ContainsAnyExcept((byte)0)) return false;
            from += read;
        }

        return true;
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
