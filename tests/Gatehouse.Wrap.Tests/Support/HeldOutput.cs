using System.Text;

namespace Gatehouse.Wrap.Tests.Support;

/// <summary>The client's reading end. While it is held, a write does not end, as at a client that does not read.</summary>
internal sealed class HeldOutput : Stream
{
    private readonly MemoryStream written = new();
    private TaskCompletionSource open = Released();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>True while a write waits.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The lines that were written, in order.</summary>
    public string[] Lines
    {
        get
        {
            lock (written) return Encoding.UTF8.GetString(written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public void Hold() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => open.TrySetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var hold = open.Task;
        IsWaiting = !hold.IsCompleted;
        await hold.WaitAsync(cancellationToken);
        IsWaiting = false;
        lock (written) written.Write(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static TaskCompletionSource Released()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
