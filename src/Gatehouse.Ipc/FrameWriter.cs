using System.Buffers.Binary;

namespace Gatehouse.Ipc;

/// <summary>Writes frames, each whole or the connection is at its end. Safe for concurrent use. The stream is its creator's to dispose of.</summary>
/// <param name="stream">The stream of the frames.</param>
public sealed class FrameWriter(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private byte[] buffer = new byte[4096];

    /// <summary>Writes a frame without payload.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public ValueTask WriteAsync(FrameKind kind, CancellationToken cancellation) => WriteAsync(kind, default, cancellation);

    /// <summary>Writes a frame.</summary>
    /// <param name="kind">The kind of payload.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="cancellation">Ends the wait for a turn; a frame that was begun is written to its end.</param>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask WriteAsync(FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await PutAsync(kind, null, payload).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Writes a frame whose payload begins with a number.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask WriteAsync(FrameKind kind, long number, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await PutAsync(kind, number, payload).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Writes a line in pieces, one after the other: nothing else comes between them.</summary>
    /// <param name="answered">The number of the client's line that it answers, or 0 for none.</param>
    /// <param name="line">The line with its line break.</param>
    /// <param name="cancellation">Ends the wait for a turn.</param>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask WriteLineAsync(long answered, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (line.Length > FrameFormat.PieceBytes)
            {
                await PutAsync(FrameKind.LinePart, null, line[..FrameFormat.PieceBytes]).ConfigureAwait(false);
                line = line[FrameFormat.PieceBytes..];
            }

            await PutAsync(FrameKind.LineRest, answered, line).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    private async ValueTask PutAsync(FrameKind kind, long? number, ReadOnlyMemory<byte> payload)
    {
        var before = FrameFormat.HeaderBytes + (number is null ? 0 : FrameFormat.NumberBytes);
        Prepare(kind, number, payload, before);
        await stream.WriteAsync(buffer.AsMemory(0, before + payload.Length), CancellationToken.None).ConfigureAwait(false);
        if (buffer.Length > 4 * FrameFormat.PieceBytes) buffer = new byte[4096];
    }

    private void Prepare(FrameKind kind, long? number, ReadOnlyMemory<byte> payload, int before)
    {
        if (buffer.Length < before + payload.Length) buffer = new byte[before + payload.Length];
        buffer[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(1), before - FrameFormat.HeaderBytes + payload.Length);
        if (number is { } value) BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(FrameFormat.HeaderBytes), value);
        payload.Span.CopyTo(buffer.AsSpan(before));
    }
}
