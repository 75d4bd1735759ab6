using Gatehouse.Ipc;
using Gatehouse.Upstreams;

namespace Gatehouse.Local;

/// <summary>The channel of a process that a wrapper started, over the wrapper's second connection.</summary>
internal sealed class ChildChannel : IStdioChannel
{
    private readonly IpcConnection connection;
    private readonly ChildOutput output;
    private readonly Func<bool> isLeft;
    private int disposed;

    /// <summary>Creates the channel.</summary>
    /// <param name="connection">The wrapper's second connection.</param>
    /// <param name="processId">Number of the process.</param>
    /// <param name="isLeft">Asked when the channel is disposed: true where the process continues with the next host.</param>
    public ChildChannel(IpcConnection connection, int processId, Func<bool> isLeft)
    {
        (this.connection, this.isLeft) = (connection, isLeft);
        Id = processId;
        output = new ChildOutput(connection.Reader);
        Input = new ChildInput(connection.Writer);
    }

    public int Id { get; }

    public Stream Input { get; }

    public Stream Output => output;

    public Task Exited => Task.CompletedTask;

    /// <summary>The exit code; null while the process runs, or when its wrapper is gone.</summary>
    public int? ExitCode => output.ExitCode;

    // The wrapper ends it; when the connection is gone, the wrapper or its own end already did.
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0 && !isLeft()) await SendEndAsync(default).ConfigureAwait(false);
    }

    /// <summary>Asks the wrapper to end it without a grace.</summary>
    public ValueTask KillAsync() => SendEndAsync(FrameFormat.WithoutGrace);

    private async ValueTask SendEndAsync(ReadOnlyMemory<byte> how)
    {
        try
        {
            if (ExitCode is null) await connection.Writer.WriteAsync(FrameKind.EndChild, how, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _ = e;
        }
    }
}
