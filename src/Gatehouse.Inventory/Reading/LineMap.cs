namespace Gatehouse.Inventory.Reading;

/// <summary>Lines of byte offsets, asked in rising order.</summary>
internal ref struct LineMap(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;
    private int line = 1;

    /// <summary>Returns the line, from 1, of an offset that is not before the last one asked.</summary>
    public int LineOf(long offset)
    {
        var end = (int)Math.Min(offset, this.bytes.Length);
        if (end > at)
        {
            line += this.bytes[at..end].Count((byte)'\n');
            at = end;
        }

        return line;
    }
}
