using System.Buffers;

namespace Gatehouse.Outbound;

/// <summary>Reads whole bodies with a bound.</summary>
internal static class BoundedRead
{
    private const int FirstBuffer = 4096;

    // The shared pool keeps what it was given; one large answer a core and size would stay in memory for good.
    private const int LargestPooled = 1 << 20;

    /// <summary>The bytes up to the end, in memory of their own; null when there are more than the bound.</summary>
    /// <param name="stream">The body.</param>
    /// <param name="maxBytes">The bound.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="expected">How many bytes were announced; 0 when none were.</param>
    /// <param name="holding">Told how many bytes are held, whenever it becomes more; what it throws ends the reading.</param>
    public static async ValueTask<byte[]?> ToEndAsync(
        Stream stream, int maxBytes, CancellationToken cancellation, int expected = 0, Action<int>? holding = null)
    {
        var buffer = Take(Math.Clamp(expected, FirstBuffer, maxBytes), holding);
        var probe = new byte[1];
        try
        {
            var length = 0;
            while (true)
            {
                // A full buffer may be the whole body: whether more comes is asked with a byte of its own.
                var isFull = length == buffer.Length;
                var read = await stream.ReadAsync(isFull ? probe : buffer.AsMemory(length), cancellation).ConfigureAwait(false);
                if (read == 0) return isFull && !IsPooled(buffer) ? buffer : buffer.AsSpan(0, length).ToArray();
                if (length + read > maxBytes) return null;
                if (isFull)
                {
                    buffer = Grow(buffer, Math.Min((long)buffer.Length * 2, (long)maxBytes + 1), holding);
                    buffer[length] = probe[0];
                }

                length += read;
            }
        }
        finally
        {
            GiveBack(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, long size, Action<int>? holding)
    {
        var larger = Take((int)Math.Min(size, Array.MaxLength), holding);
        buffer.CopyTo(larger, 0);
        GiveBack(buffer);
        return larger;
    }

    private static byte[] Take(int size, Action<int>? holding)
    {
        holding?.Invoke(size);
        return size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
    }

    private static bool IsPooled(byte[] buffer) => buffer.Length <= LargestPooled;

    private static void GiveBack(byte[] buffer)
    {
        if (IsPooled(buffer)) ArrayPool<byte>.Shared.Return(buffer);
    }
}
