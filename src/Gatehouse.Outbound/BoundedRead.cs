using System.Buffers;

namespace Gatehouse.Outbound;

/// <summary>Readers of whole bodies with a bound.</summary>
internal static class BoundedRead
{
    private const int FirstBuffer = 4096;

    // The shared pool keeps returned buffers. A large answer would keep one of its size in memory indefinitely, for each core.
    private const int LargestPooled = 1 << 20;

    /// <summary>Reads up to the end, into memory of its own; null when the body is larger than the bound.</summary>
    /// <param name="stream">The body.</param>
    /// <param name="maxBytes">The bound.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="expected">The announced number of bytes; 0 when none was announced.</param>
    /// <param name="holding">Receives the number of bytes held, whenever it grows. An exception of it ends the reading.</param>
    public static async ValueTask<byte[]?> ToEndAsync(
        Stream stream, int maxBytes, CancellationToken cancellation, int expected = 0, Action<int>? holding = null)
    {
        var buffer = Take(Math.Min(Math.Max(expected, FirstBuffer), maxBytes), holding);
        var probe = new byte[1];
        try
        {
            var length = 0;
            while (true)
            {
                // A full buffer may be the whole body. A read of one more byte shows whether more follows.
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
