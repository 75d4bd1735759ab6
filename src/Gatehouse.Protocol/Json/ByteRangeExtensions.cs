namespace Gatehouse.Protocol.Json;

/// <summary>Slices by range.</summary>
public static class ByteRangeExtensions
{
    extension(ReadOnlyMemory<byte> bytes)
    {
        /// <summary>Returns the bytes in the range.</summary>
        public ReadOnlyMemory<byte> At(ByteRange range) => bytes.Slice(range.Start, range.Length);
    }
}
