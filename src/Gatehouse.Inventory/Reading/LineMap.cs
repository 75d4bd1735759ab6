namespace Gatehouse.Inventory.Reading;

/// <summary>Lines of byte offsets, asked in rising order.</summary>
internal ref struct LineMap(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _line = 1;

    /// <summary>The line, from 1, of an offset that is not before the last one asked.</summary>
    public int LineOf(long offset)
    {
        var end = (int)Math.Min(offset, _bytes.Length);
        if (end > _at)
        {
            _line += _bytes[_at..end].Count((byte)'\n');
            _at = end;
        }

        return _line;
    }
}
