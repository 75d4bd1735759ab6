namespace Gatehouse.Wrap;

/// <summary>A splitter of the client's output into lines. It holds at most one line of bounded length.</summary>
/// <param name="stream">The client's end.</param>
internal sealed class ClientLines(Stream stream)
{
    private const int BlockBytes = 16 << 10;
    private const int KeptBytes = 64 << 10;

    private readonly byte[] block = new byte[BlockBytes];
    private byte[] line = [];
    private int length;
    private int start;
    private int end;
    private bool isTooLong;

    /// <summary>
    /// Reads the next line that is not blank, without its line break, good until the next call. <paramref name="maxBytes"/> bounds it.
    /// </summary>
    /// <returns>Null at the end; <c>TooLong</c> for a line that was longer and is gone.</returns>
    public async ValueTask<(ReadOnlyMemory<byte> Line, bool TooLong)?> ReadAsync(Func<int> maxBytes, CancellationToken cancellation)
    {
        Reset();
        while (true)
        {
            if (start == end)
            {
                start = 0;
                end = await stream.ReadAsync(block, cancellation).ConfigureAwait(false);
                if (end == 0) return length > 0 || isTooLong ? Finish() : null;
            }

            var rest = block.AsSpan(start..end);
            var feed = rest.IndexOf((byte)'\n');
            Append(feed < 0 ? rest : rest[..feed], maxBytes());
            start = feed < 0 ? end : start + feed + 1;
            if (feed < 0) continue;
            if (isTooLong || line.AsSpan(0, length).IndexOfAnyExcept(" \t\r"u8) >= 0) return Finish();
            length = 0;
        }
    }

    private (ReadOnlyMemory<byte>, bool) Finish() => (line.AsMemory(0, length), isTooLong);

    private void Append(ReadOnlySpan<byte> part, int maxBytes)
    {
        isTooLong |= length + (long)part.Length > maxBytes;
        if (isTooLong)
        {
            length = 0;
            return;
        }

        if (length + part.Length > line.Length) Array.Resize(ref line, Math.Max(2 * (length + part.Length), 1024));
        part.CopyTo(line.AsSpan(length));
        length += part.Length;
    }

    // A single long line must not keep its memory for the life of the process.
    private void Reset()
    {
        length = 0;
        isTooLong = false;
        if (line.Length > KeptBytes) line = [];
    }
}
