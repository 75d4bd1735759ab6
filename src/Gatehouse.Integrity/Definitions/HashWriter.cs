using System.Buffers;
using System.Security.Cryptography;

namespace Gatehouse.Integrity.Definitions;

/// <summary>Feeds what is written to a hash, so that a digest needs no copy of the document.</summary>
internal sealed class HashWriter(IncrementalHash hash) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int _used;

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_used);
    }

    /// <summary>Hands on what is still held.</summary>
    public void Flush()
    {
        hash.AppendData(_buffer, 0, _used);
        _used = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Reserve(int size)
    {
        if (_buffer.Length - _used >= size)
            return;
        Flush();
        if (_buffer.Length >= size)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(size);
    }
}
