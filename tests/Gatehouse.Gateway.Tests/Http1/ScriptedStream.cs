using System.Text;
using System.Threading.Channels;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>
/// A connection whose server is a script: to each request that is written it answers with the next script, one piece to a read. A read waits until a
/// request was written, and behind the last piece until the next one.
/// </summary>
internal sealed class ScriptedStream(params Script[] scripts) : Stream
{
    private readonly Channel<ReadOnlyMemory<byte>> pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly List<byte> written = [];
    private ReadOnlyMemory<byte> rest;
    private int answered;

    /// <summary>True where a write fails, as on a connection that the server reset.</summary>
    public bool FailsWrites { get; init; }

    /// <summary>Completed by the test where a write waits; null where it does not.</summary>
    public TaskCompletionSource? HoldsWrites { get; init; }

    public bool IsDisposed { get; private set; }

    /// <summary>Bytes of memory that the last read brought, which it holds while it waits.</summary>
    public int HeldByRead { get; private set; }

    public string Written => Encoding.ASCII.GetString([.. written]);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends bytes that no request asked for.</summary>
    public void Push(string text) => pieces.Writer.TryWrite(Encoding.Latin1.GetBytes(text));

    /// <summary>The server closes the connection.</summary>
    public void End() => pieces.Writer.TryComplete();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HeldByRead = buffer.Length;
        while (rest.IsEmpty)
        {
            if (!await pieces.Reader.WaitToReadAsync(cancellationToken)) return 0;
            if (buffer.IsEmpty) return 0;
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            pieces.Reader.TryRead(out rest);
        }

        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (FailsWrites)
        {
            Answer();
            throw new IOException("the connection was reset");
        }

        written.AddRange(buffer.Span);
        if (IsWhole()) Answer();
        if (HoldsWrites is { } held) await held.Task;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        End();
        base.Dispose(disposing);
    }

    // The body of each request here is one byte long, where it has one.
    private bool IsWhole() =>
        Written.Split("\r\n\r\n") is { Length: > 1 } parts && parts.Length - 1 > answered && (parts[^1].Length > 0 || !HasBody(parts[^2]));

    private static bool HasBody(string head) => head.Contains("Content-Length:", StringComparison.Ordinal);

    private void Answer()
    {
        if (answered >= scripts.Length) return;
        var script = scripts[answered++];
        foreach (var piece in script.Pieces) if (piece.Length > 0) Push(piece);
        if (script.Ends) End();
    }
}

/// <summary>The answer of a server to one request, in pieces.</summary>
internal sealed record Script(params string[] Pieces)
{
    /// <summary>True where it closes the connection behind it.</summary>
    public bool Ends { get; init; }

    /// <summary>One piece for each byte.</summary>
    public static Script Bytewise(string text) => new([.. text.Select(static c => c.ToString())]);
}
