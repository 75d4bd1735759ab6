using System.Buffers;

namespace Gatehouse.Gateway.Outbound;

/// <summary>Reads whole bodies with a bound.</summary>
internal static class BoundedRead
{
    private const int FirstBuffer = 4096;

    /// <summary>The bytes up to the end, in memory of their own; null when there are more than the bound.</summary>
    public static async ValueTask<byte[]?> ToEndAsync(Stream stream, int maxBytes, CancellationToken cancellation, int expected = 0)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected + 1, FirstBuffer, maxBytes + 1));
        try
        {
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
                if (read == 0) return buffer.AsSpan(0, length).ToArray();
                length += read;
                if (length > maxBytes) return null;
                if (length == buffer.Length) buffer = Grow(buffer, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
