using System.Buffers;
using System.Security.Cryptography;

namespace Gatehouse.Integrity.Definitions;

/// <summary>A writer that feeds a hash, so that a digest needs no copy of the document.</summary>
internal sealed class HashWriter(IncrementalHash hash) : IBufferWriter<byte>, IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int used;

    public void Advance(int count) => used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return buffer.AsMemory(used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return buffer.AsSpan(used);
    }

    /// <summary>Passes the buffered bytes to the hash.</summary>
    public void Flush()
    {
        hash.AppendData(buffer, 0, used);
        used = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Reserve(int size)
    {
        if (buffer.Length - used >= size)
            return;
        Flush();
        if (buffer.Length >= size)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = ArrayPool<byte>.Shared.Rent(size);
    }
}
