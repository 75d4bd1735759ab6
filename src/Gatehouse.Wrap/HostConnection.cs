using System.Globalization;
using Gatehouse.Ipc;

namespace Gatehouse.Wrap;

/// <summary>The two connections of a wrapper to one host.</summary>
internal sealed class HostConnection : IAsyncDisposable
{
    private HostConnection(IpcConnection client, ServerHello welcome) => (Client, Welcome) = (client, welcome);

    /// <summary>The connection of the client's ends.</summary>
    public IpcConnection Client { get; }

    /// <summary>The connection of the child's ends; null before <see cref="OpenChildAsync"/>.</summary>
    public IpcConnection? Child { get; private set; }

    /// <summary>The host's welcome.</summary>
    public ServerHello Welcome { get; }

    /// <summary>Sends the hello and waits for the host's answer.</summary>
    /// <returns>The connection, or the host's refusal.</returns>
    /// <exception cref="IOException">The host is gone or cannot be started.</exception>
    public static async Task<(HostConnection? Host, IpcRefusal? Refusal)> OpenAsync(HostStarter starter, ClientHello hello, TimeProvider time,
        CancellationToken cancellation)
    {
        var connection = await starter.ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            await connection.Writer.WriteAsync(FrameKind.Hello, hello.ToUtf8Json(), cancellation).ConfigureAwait(false);
            var answer = await connection.Reader.ReadAsync(FrameFormat.MaxHelloBytes, cancellation).AsTask()
                .WaitAsync(HostStarter.Patience, time, cancellation).ConfigureAwait(false);
            if (answer is { Kind: FrameKind.Welcome } yes) return (new HostConnection(connection, ServerHello.Parse(yes.Payload)), null);
            if (answer is not { Kind: FrameKind.Refused } no) throw new IOException("the host closed the connection");
            var refusal = IpcRefusal.Parse(no.Payload);
            await connection.DisposeAsync().ConfigureAwait(false);
            return (null, refusal);
        }
        catch (TimeoutException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the host did not answer within {HostStarter.Patience.TotalSeconds:0} s"));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the child's connection, or reports why there is no child.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public async Task OpenChildAsync(RuntimePaths places, int processId, string fault, CancellationToken cancellation)
    {
        Child = await IpcConnection.TryConnectAsync(places, cancellation).ConfigureAwait(false) ?? throw new IOException("the host ended");
        var hello = new ClientHello { Ticket = Welcome.Ticket, ProcessId = processId, Fault = fault };
        await Child.Writer.WriteAsync(FrameKind.Hello, hello.ToUtf8Json(), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        if (Child is not null) await Child.DisposeAsync().ConfigureAwait(false);
    }
}
