namespace Gatehouse.Inventory.Reading;

/// <summary>Bytes of a file as it is on disk, a byte order mark included.</summary>
/// <param name="Start">First byte, from 0.</param>
/// <param name="End">The byte behind the last one.</param>
internal readonly record struct ByteRange(int Start, int End)
{
    /// <summary>Their number.</summary>
    public int Length => End - Start;

    /// <summary>Returns the bytes of a file.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> file) => file[Start..End];
}
