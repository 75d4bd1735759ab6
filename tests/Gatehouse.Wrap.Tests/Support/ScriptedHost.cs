using System.Net.Sockets;
using Gatehouse.Ipc;
using Gatehouse.Isolation;

namespace Gatehouse.Wrap.Tests.Support;

/// <summary>The socket of a host whose every step is the test's.</summary>
internal sealed class ScriptedHost : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public ScriptedHost(RuntimePaths places)
    {
        RuntimePaths.MakePrivate(places.Runtime);
        socket.Bind(new UnixDomainSocketEndPoint(places.Socket));
        socket.Listen();
    }

    /// <summary>True when a connection waits to be taken.</summary>
    public bool IsCalled => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Takes the next connection and its hello, and says nothing.</summary>
    public async Task<(ScriptedConnection Connection, ClientHello Hello)> MeetAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var connection = new ScriptedConnection(await socket.AcceptAsync(limit.Token));
        return (connection, ClientHello.Parse(await connection.ReadAsync(FrameKind.Hello))!);
    }

    /// <summary>Takes both connections of a wrapper, as a host does.</summary>
    public async Task<Served> WelcomeAsync()
    {
        var (client, hello) = await MeetAsync();
        var welcome = new ServerHello { Ticket = "ticket", MaxLineBytes = 1 << 20, GraceMilliseconds = 500, Minimum = ProcessEnvironment.Minimum() };
        await client.Writer.WriteAsync(FrameKind.Welcome, welcome.ToUtf8Json(), default);
        var (child, attached) = await MeetAsync();
        Assert.Equal("ticket", attached.Ticket);
        return new Served(client, child, hello);
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    /// <summary>A wrapper that was welcomed. At the end both connections close without a farewell, as those of a killed host do.</summary>
    internal sealed record Served(ScriptedConnection Client, ScriptedConnection Child, ClientHello Hello) : IAsyncDisposable
    {
        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Child.DisposeAsync();
        }
    }
}
