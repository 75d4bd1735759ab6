using System.IO.Pipelines;
using System.Text;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams.Support;

/// <summary>The channel of a local process whose every line is the test's.</summary>
internal sealed class PipedChannel : IStdioChannel
{
    private readonly Pipe toProcess = new();
    private readonly Pipe fromProcess = new();
    private readonly TaskCompletionSource exited = new();
    private readonly StreamReader heard;

    public PipedChannel()
    {
        Input = new ClosableStream(toProcess.Writer.AsStream());
        Output = fromProcess.Reader.AsStream();
        heard = new StreamReader(toProcess.Reader.AsStream());
    }

    public int Id => 1;

    public Stream Input { get; }

    public Stream Output { get; }

    public Task Exited => exited.Task;

    public int? ExitCode => null;

    /// <summary>The process writes a line.</summary>
    public async Task SayAsync(string line) => await fromProcess.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Returns the next line that the process reads.</summary>
    public async Task<string> HeardAsync() => (await heard.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)))!;

    /// <summary>The process closes its input: writing to it fails.</summary>
    public void CloseInput() => ((ClosableStream)Input).IsClosed = true;

    /// <summary>The process exits.</summary>
    public void Exit() => exited.TrySetResult();

    /// <summary>The process exits, and its ends are closed.</summary>
    public void End()
    {
        Exit();
        toProcess.Reader.Complete();
        fromProcess.Writer.Complete();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class ClosableStream(Stream inner) : Stream
    {
        public bool IsClosed { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            IsClosed ? throw new IOException("Broken pipe") : inner.WriteAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
