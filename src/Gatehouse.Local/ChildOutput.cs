using System.Buffers.Binary;
using Gatehouse.Ipc;

namespace Gatehouse.Local;

/// <summary>The output of a wrapped process, read from the frames of its wrapper. One reader at a time.</summary>
internal sealed class ChildOutput(FrameReader frames) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> rest;

    /// <summary>The process's exit code, once it has ended.</summary>
    public int? ExitCode { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (rest.IsEmpty)
        {
            if (ExitCode is not null || await NextAsync(cancellationToken).ConfigureAwait(false) is not { } frame) return 0;
            if (frame.Kind == FrameKind.Output) rest = frame.Payload;
            else if (frame.Kind == FrameKind.Exited && frame.Payload.Length == sizeof(int))
                ExitCode = BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span);
            else throw new IOException("the wrapper sent a frame that has no place here");
        }

        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    private async ValueTask<Frame?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await frames.ReadAsync(FrameFormat.PieceBytes, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
