namespace Gatehouse.Cli.DetectCommands;

/// <summary>The lines of a stream, each within a bound: a file that is one long line is never whole in memory.</summary>
internal static class BoundedLines
{
    private const int FirstBuffer = 64 << 10;

    /// <summary>Reads the lines, without their ends. A longer line is null. The bytes of a line are good until the next one is read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="longest">The most bytes of a line, its end not counted.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>?> Read(Stream stream, int longest)
    {
        var buffer = new byte[Math.Min(FirstBuffer, longest + 2)];
        var (start, end) = (0, 0);
        var isTooLong = false; // of the line that begins at start
        while (true)
        {
            var stop = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (stop >= 0)
            {
                yield return Line(buffer.AsMemory(start, stop), longest, isTooLong);
                (start, isTooLong) = (start + stop + 1, false);
                continue;
            }

            if (end - start > longest + 1) (start, isTooLong) = (end, true);
            if (start > 0) Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, Math.Min(2 * buffer.Length, longest + 2));
            var read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            if (read > 0) continue;
            if (isTooLong || end > 0) yield return Line(buffer.AsMemory(0, end), longest, isTooLong);
            yield break;
        }
    }

    private static ReadOnlyMemory<byte>? Line(ReadOnlyMemory<byte> bytes, int longest, bool isTooLong)
    {
        if (bytes.Span.EndsWith("\r"u8)) bytes = bytes[..^1];
        return isTooLong || bytes.Length > longest ? null : bytes;
    }
}
