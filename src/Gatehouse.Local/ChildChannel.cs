using Gatehouse.Ipc;
using Gatehouse.Upstreams;

namespace Gatehouse.Local;

/// <summary>The channel of a process that a wrapper started, over the wrapper's second connection.</summary>
internal sealed class ChildChannel : IStdioChannel
{
    private readonly IpcConnection connection;
    private readonly ChildOutput output;
    private int disposed;

    public ChildChannel(IpcConnection connection, int processId)
    {
        this.connection = connection;
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
        if (Interlocked.Exchange(ref disposed, 1) == 0) await SendEndAsync(default).ConfigureAwait(false);
    }

    /// <summary>Leaves the process to its wrapper, which shows it to the next host: it is not asked to end when the channel is disposed.</summary>
    public void Leave() => Interlocked.Exchange(ref disposed, 1);

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
