using System.Buffers.Binary;

namespace Gatehouse.Ipc;

/// <summary>Reads frames, holding at most one. One reader at a time; the stream is its creator's to dispose of.</summary>
/// <param name="stream">The stream of the frames.</param>
public sealed class FrameReader(Stream stream)
{
    private readonly byte[] header = new byte[FrameFormat.HeaderBytes];
    private byte[] payload = [];

    /// <summary>Reads the next frame. Returns null at the end of the connection.</summary>
    /// <param name="maxBytes">The longest payload that is taken.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The frame is longer, or ends before its end.</exception>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask<Frame?> ReadAsync(int maxBytes, CancellationToken cancellation)
    {
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < header.Length) throw new InvalidDataException("the connection ended within a frame");
        var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
        if (length < 0 || length > maxBytes) throw new InvalidDataException("a frame is longer than is taken");
        var into = Room(length);
        if (await stream.ReadAtLeastAsync(into, length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) < length)
            throw new InvalidDataException("the connection ended within a frame");
        return new Frame((FrameKind)header[0], into);
    }

    // A single long line must not keep its memory for the life of the connection.
    private Memory<byte> Room(int length)
    {
        if (payload.Length < length || (payload.Length > 4 * FrameFormat.PieceBytes && length <= FrameFormat.PieceBytes))
            payload = new byte[Math.Max(length, 4096)];
        return payload.AsMemory(0, length);
    }
}
