namespace Gatehouse.Protocol.Json;

/// <summary>A stretch of a message's bytes: zero-based start and length, both in bytes.</summary>
/// <remarks>A JSON token is never empty, so a length of zero says that the value is absent.</remarks>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>True when there is no value.</summary>
    public bool IsAbsent => Length == 0;

    /// <summary>The position of the first byte after the range.</summary>
    public int End => Start + Length;

    /// <summary>Returns the bytes of this range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <paramref name="bytes"/>.</exception>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
