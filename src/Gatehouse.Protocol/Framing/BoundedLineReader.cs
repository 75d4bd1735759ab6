namespace Gatehouse.Protocol.Framing;

/// <summary>A reader of lines that end with LF or CRLF. It holds at most one line of bounded length and one block.</summary>
/// <remarks>
/// A lone CR does not end a line: it stays in it, and where JSON follows, it is white space. One reader at a time. The stream is
/// its creator's to dispose of.
/// </remarks>
public sealed class BoundedLineReader
{
    private const int BlockBytes = 16 * 1024;

    private readonly Stream stream;
    private readonly int maxBytes;
    private readonly byte[] block = new byte[BlockBytes];
    private byte[] line = [];
    private int lineLength;
    private long dropped;
    private int blockStart;
    private int blockEnd;

    /// <summary>Prepares to read.</summary>
    /// <param name="stream">The stream of the lines.</param>
    /// <param name="maxBytes">Most bytes of a line, its line break not counted; at least 1.</param>
    public BoundedLineReader(Stream stream, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /// <summary>
    /// Receives the bytes of each line that is too long, in order and in parts, up to its line break. What it is given is not valid after the call.
    /// </summary>
    public Action<ReadOnlySpan<byte>>? OnOverlong { get; init; }

    /// <summary>Reads up to the next line break, or the end.</summary>
    public async ValueTask<LineRead> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (blockStart == blockEnd && !await FillAsync(cancellationToken).ConfigureAwait(false))
                return End();
            if (TakeFromBlock())
                return Finish();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        blockStart = 0;
        blockEnd = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false);
        return blockEnd > 0;
    }

    private bool TakeFromBlock()
    {
        ReadOnlySpan<byte> rest = block.AsSpan(blockStart..blockEnd);
        var feed = rest.IndexOf((byte)'\n');
        Append(feed < 0 ? rest : rest[..feed]);
        blockStart = feed < 0 ? blockEnd : blockStart + feed + 1;
        return feed >= 0;
    }

    // One byte more than the bound is held: it may turn out to be the CR of the line break.
    private void Append(ReadOnlySpan<byte> part)
    {
        if (dropped > 0 || lineLength + (long)part.Length > maxBytes + 1L)
        {
            Drop(part);
            return;
        }

        if (lineLength + part.Length > line.Length)
            Array.Resize(ref line, (int)Math.Min(maxBytes + 1L, Math.Max(1024L, 2L * (lineLength + part.Length))));
        part.CopyTo(line.AsSpan(lineLength));
        lineLength += part.Length;
    }

    private void Drop(ReadOnlySpan<byte> part)
    {
        OnOverlong?.Invoke(line.AsSpan(0, lineLength));
        OnOverlong?.Invoke(part);
        dropped += lineLength + (long)part.Length;
        lineLength = 0;
    }

    private LineRead Finish()
    {
        var length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        if (dropped == 0 && length > maxBytes) Drop(default); // one byte too long: the last one was kept in case it was the CR of a CRLF
        var read = dropped > 0
            ? new LineRead(LineOutcome.TooLong, default, dropped + lineLength)
            : new LineRead(LineOutcome.Line, line.AsSpan(0, length).ToArray(), 0);
        Reset();
        return read;
    }

    private LineRead End()
    {
        var read = new LineRead(LineOutcome.End, default, dropped + lineLength);
        Reset();
        return read;
    }

    private void Reset()
    {
        lineLength = 0;
        dropped = 0;
        // A single large line must not keep its memory for the life of the stream.
        if (line.Length > 4 * BlockBytes)
            line = [];
    }
}
