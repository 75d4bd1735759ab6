namespace Gatehouse.Protocol.Framing;

/// <summary>Reads lines that end with LF or CRLF, holding at most one line of bounded length and one block.</summary>
/// <remarks>
/// A lone CR does not end a line: it stays in it, and where JSON follows, it is white space. One reader at a time. The stream is
/// its creator's to dispose of.
/// </remarks>
public sealed class BoundedLineReader
{
    private const int BlockBytes = 16 * 1024;

    private readonly Stream _stream;
    private readonly int _maxBytes;
    private readonly byte[] _block = new byte[BlockBytes];
    private byte[] _line = [];
    private int _lineLength;
    private long _dropped;
    private int _blockStart;
    private int _blockEnd;

    /// <summary>Prepares to read.</summary>
    /// <param name="stream">Where the lines come from.</param>
    /// <param name="maxBytes">Most bytes of a line, its line break not counted; at least 1.</param>
    public BoundedLineReader(Stream stream, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _stream = stream;
        _maxBytes = maxBytes;
    }

    /// <summary>Reads up to the next line break, or the end.</summary>
    public async ValueTask<LineRead> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_blockStart == _blockEnd && !await FillAsync(cancellationToken).ConfigureAwait(false))
                return End();
            if (TakeFromBlock())
                return Finish();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _blockStart = 0;
        _blockEnd = await _stream.ReadAsync(_block, cancellationToken).ConfigureAwait(false);
        return _blockEnd > 0;
    }

    private bool TakeFromBlock()
    {
        ReadOnlySpan<byte> rest = _block.AsSpan(_blockStart.._blockEnd);
        int feed = rest.IndexOf((byte)'\n');
        Append(feed < 0 ? rest : rest[..feed]);
        _blockStart = feed < 0 ? _blockEnd : _blockStart + feed + 1;
        return feed >= 0;
    }

    // One byte more than the bound is held: it may turn out to be the CR of the line break.
    private void Append(ReadOnlySpan<byte> part)
    {
        if (_dropped > 0 || _lineLength + (long)part.Length > _maxBytes + 1L)
        {
            _dropped += _lineLength + (long)part.Length;
            _lineLength = 0;
            return;
        }

        if (_lineLength + part.Length > _line.Length)
            Array.Resize(ref _line, (int)Math.Min(_maxBytes + 1L, Math.Max(1024L, 2L * (_lineLength + part.Length))));
        part.CopyTo(_line.AsSpan(_lineLength));
        _lineLength += part.Length;
    }

    private LineRead Finish()
    {
        int length = _lineLength > 0 && _line[_lineLength - 1] == '\r' ? _lineLength - 1 : _lineLength;
        LineRead read = _dropped > 0 || length > _maxBytes
            ? new LineRead(LineOutcome.TooLong, default, _dropped + _lineLength)
            : new LineRead(LineOutcome.Line, _line.AsSpan(0, length).ToArray(), 0);
        Reset();
        return read;
    }

    private LineRead End()
    {
        var read = new LineRead(LineOutcome.End, default, _dropped + _lineLength);
        Reset();
        return read;
    }

    private void Reset()
    {
        _lineLength = 0;
        _dropped = 0;
        // A single large line must not keep its memory for the life of the stream.
        if (_line.Length > 4 * BlockBytes)
            _line = [];
    }
}
