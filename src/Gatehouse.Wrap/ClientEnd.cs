using System.Buffers.Binary;
using Gatehouse.Ipc;

namespace Gatehouse.Wrap;

/// <summary>
/// The client's end of stdio. Lines go to the host, and messages of the host go to the client. When the host is gone, each waiting request gets an
/// error (design rule 13).
/// </summary>
/// <param name="output">What the client reads.</param>
/// <param name="ending">Ends the wait for a client that does not read.</param>
internal sealed class ClientEnd(Stream output, CancellationToken ending) : IDisposable
{
    private static readonly IpcRefusal TooMany = new("GH1013", "Too many requests are in progress.", "Wait for answers, and send the request again.");

    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly PendingCalls waiting = new();
    private long lastNumber;
    private bool isWithinLine;

    /// <summary>The sealed handle of the session; empty before there is one.</summary>
    public string Session { get; private set; } = "";

    /// <summary>Passes a line to the host.</summary>
    /// <exception cref="IOException">The host is gone; the request stays among those that wait.</exception>
    public async ValueTask SendAsync(FrameWriter host, ReadOnlyMemory<byte> line, bool isTooLong, CancellationToken cancellation)
    {
        var number = ++lastNumber;
        if (isTooLong)
        {
            await host.WriteAsync(FrameKind.LineTooLong, number, default, cancellation).ConfigureAwait(false);
            return;
        }

        var head = LineHead.Of(line);
        if (head.IsRequest && !waiting.TryAdd(number, head.Id))
        {
            await WriteErrorAsync(head.Id, TooMany).ConfigureAwait(false);
            return;
        }

        await host.WriteAsync(FrameKind.Line, number, line, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes the host's messages until they end.</summary>
    /// <returns>True when everything was sent; false when the host is gone.</returns>
    public async Task<bool> ListenAsync(FrameReader host, CancellationToken cancellation)
    {
        try
        {
            while (await host.ReadAsync(FrameFormat.PieceBytes + FrameFormat.NumberBytes, cancellation).ConfigureAwait(false) is { } frame)
            {
                if (frame.Kind == FrameKind.Done) return true;
                await TakeAsync(frame).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            // Gone.
        }

        return false;
    }

    /// <summary>Answers every request that waits: no host will.</summary>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task FailAsync(IpcRefusal refusal)
    {
        if (isWithinLine) await WriteAsync("\n"u8.ToArray()).ConfigureAwait(false); // half a line is there; the next text is a line of its own
        isWithinLine = false;
        foreach (var id in waiting.TakeAll()) await WriteErrorAsync(id, refusal).ConfigureAwait(false);
    }

    /// <summary>Answers the request that was passed last, if it waits: its host did not get it.</summary>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task FailLastAsync(IpcRefusal refusal)
    {
        if (waiting.TryTake(lastNumber, out var id)) await WriteErrorAsync(id, refusal).ConfigureAwait(false);
    }

    /// <summary>Answers a line that no host will see. A line that is no request gets no answer.</summary>
    /// <returns>True when it was answered.</returns>
    public async ValueTask<bool> RefuseAsync(ReadOnlyMemory<byte> line, IpcRefusal refusal)
    {
        var head = LineHead.Of(line);
        if (!head.IsRequest) return false;
        await WriteErrorAsync(head.Id, refusal).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => writing.Dispose();

    private async ValueTask TakeAsync(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.LinePart:
                isWithinLine = true;
                await WriteAsync(frame.Payload).ConfigureAwait(false);
                break;
            case FrameKind.LineRest when frame.Payload.Length >= FrameFormat.NumberBytes:
                await WriteAsync(frame.Payload[FrameFormat.NumberBytes..]).ConfigureAwait(false);
                isWithinLine = false;
                waiting.Remove(Number(frame));
                break;
            case FrameKind.Settled when frame.Payload.Length >= FrameFormat.NumberBytes:
                waiting.Remove(Number(frame));
                break;
            case FrameKind.Session:
                Session = System.Text.Encoding.ASCII.GetString(frame.Payload.Span);
                break;
            case FrameKind.Notice:
                WrapOutput.Tell(System.Text.Encoding.UTF8.GetString(frame.Payload.Span));
                break;
            default:
                throw new InvalidDataException("the host sent a frame that has no place here");
        }
    }

    private static long Number(Frame frame) => BinaryPrimitives.ReadInt64BigEndian(frame.Payload.Span);

    private ValueTask WriteErrorAsync(ReadOnlyMemory<byte> id, IpcRefusal refusal) =>
        WriteAsync(WrapOutput.ErrorLine(id.Span, refusal.Code, refusal.Message, refusal.Remedy));

    // The write to a client that does not read is left behind when the wrapper ends: the platform cannot cancel it.
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await writing.WaitAsync(ending).ConfigureAwait(false);
        try
        {
            await output.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(ending).ConfigureAwait(false);
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The client does not read any more; its end of input follows.
        }
        finally
        {
            writing.Release();
        }
    }
}
