namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// The pieces of a segment of JSON lines between line feeds and zeros, read in bounded memory. Room that a writer reserved and did not use is zeros.
/// Each reader decides for itself about pieces without an end, too long ones, and those behind zeros.
/// </summary>
internal static class SegmentPieces
{
    // Twice the longest entry of this version, so that one of the next version is read whole.
    private const int LongestLine = 2 * (AuditEntryFormat.MostBytes + AuditEntryFormat.MostSealed);
    private const int FirstBuffer = 64 << 10;

    /// <summary>Reads the pieces, each valid until the next one is read.</summary>
    /// <param name="read">Reads at an offset into a buffer, and returns the number of bytes; 0 at the end.</param>
    /// <param name="from">The offset of the first byte.</param>
    public static IEnumerable<SegmentPiece> Read(Func<long, Memory<byte>, int> read, long from = 0)
    {
        var buffer = new byte[FirstBuffer];
        var (start, end, isTooLong) = (0, 0, false); // isTooLong: of the piece that begins at start
        var offset = from; // of the byte at end
        while (true)
        {
            var stop = buffer.AsSpan(start, end - start).IndexOfAny((byte)'\n', (byte)0);
            if (stop >= 0)
            {
                var kind = buffer[start + stop] == 0 ? PieceEnd.Zero : PieceEnd.LineFeed;
                yield return new SegmentPiece(isTooLong ? default : buffer.AsMemory(start, stop), kind, offset - (end - start) + stop, isTooLong);
                (start, isTooLong) = (start + stop + 1, false);
                continue;
            }

            if (end - start >= LongestLine) (isTooLong, start) = (true, end);
            if (start > 0) Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
            if (end == buffer.Length) Array.Resize(ref buffer, Math.Min(2 * buffer.Length, LongestLine));
            var count = read(offset, buffer.AsMemory(end));
            if (count == 0) break;
            (end, offset) = (end + count, offset + count);
        }

        if (isTooLong || end > 0) yield return new SegmentPiece(isTooLong ? default : buffer.AsMemory(0, end), PieceEnd.File, offset, isTooLong);
    }
}

/// <summary>A piece of a segment.</summary>
/// <param name="Bytes">The bytes without the end; empty for a piece that is too long.</param>
/// <param name="End">The end.</param>
/// <param name="EndOffset">The offset of the end.</param>
/// <param name="IsTooLong">True where it is longer than an entry can be.</param>
internal readonly record struct SegmentPiece(ReadOnlyMemory<byte> Bytes, PieceEnd End, long EndOffset, bool IsTooLong)
{
    /// <summary>The offset of the first of the bytes.</summary>
    public long Offset => EndOffset - Bytes.Length;
}

/// <summary>Ends of pieces.</summary>
internal enum PieceEnd
{
    /// <summary>A line feed: the line is whole.</summary>
    LineFeed,

    /// <summary>A zero.</summary>
    Zero,

    /// <summary>The end of the file.</summary>
    File,
}
