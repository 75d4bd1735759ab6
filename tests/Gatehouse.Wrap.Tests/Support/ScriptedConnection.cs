using System.Net.Sockets;
using System.Text;
using Gatehouse.Ipc;

namespace Gatehouse.Wrap.Tests.Support;

/// <summary>One connection of a wrapper, at the end of a scripted host.</summary>
internal sealed class ScriptedConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly NetworkStream stream;
    private readonly FrameReader reader;

    public ScriptedConnection(Socket socket)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = new FrameReader(stream);
        Writer = new FrameWriter(stream);
    }

    public FrameWriter Writer { get; }

    /// <summary>Returns the payload of the next frame, which must be of a kind.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(FrameKind kind)
    {
        var frame = await reader.ReadAsync(FrameFormat.MaxHelloBytes, default).AsTask().WaitAsync(Patience);
        Assert.Equal(kind, frame?.Kind);
        return frame!.Value.Payload;
    }

    /// <summary>Returns the next line of the client, without its number.</summary>
    public async Task<string> LineAsync() => Encoding.UTF8.GetString((await ReadAsync(FrameKind.Line)).Span[FrameFormat.NumberBytes..]);

    /// <summary>Writes bytes that need not be a frame.</summary>
    public ValueTask WriteRawAsync(byte[] bytes) => stream.WriteAsync(bytes);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
