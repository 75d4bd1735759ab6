using System.IO.Pipelines;
using Gatehouse.Upstreams;

namespace Gatehouse.Server;

/// <summary>The channel to the SDK's server in this process, in the place of the one to a child process.</summary>
internal sealed class InProcessChannel : IStdioChannel
{
    private readonly Pipe toServer = new();
    private readonly Pipe fromServer = new();

    public InProcessChannel()
    {
        (Input, Output) = (toServer.Writer.AsStream(), fromServer.Reader.AsStream());
        (ServerInput, ServerOutput) = (toServer.Reader.AsStream(), fromServer.Writer.AsStream());
    }

    public int Id => Environment.ProcessId;

    public Stream Input { get; }

    public Stream Output { get; }

    /// <summary>The stream that the server reads.</summary>
    public Stream ServerInput { get; }

    /// <summary>The stream that the server writes.</summary>
    public Stream ServerOutput { get; }

    public Task Exited => Task.CompletedTask;

    public int? ExitCode => null;

    // The server learns that its client is gone, as on its standard input.
    public async ValueTask DisposeAsync()
    {
        await toServer.Writer.CompleteAsync().ConfigureAwait(false);
        await fromServer.Reader.CompleteAsync().ConfigureAwait(false);
    }
}
