using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>One session of the legacy era, with the server that runs as long as it is open.</summary>
internal sealed class FixtureSession : IAsyncDisposable
{
    private readonly CancellationTokenSource closed = new();
    private readonly McpServer server;
    private readonly Task running;
    private readonly IDisposable listed;
    private int getTaken;

    public FixtureSession(string id, McpServerOptions options, ChangeHub changes)
    {
        Id = id;
        Events = new();
        Transport = new() { SessionId = id, EventStreamStore = Events };
        server = McpServer.Create(Transport, options);
        listed = changes.AddSession(server);
        running = server.RunAsync(closed.Token);
    }

    public string Id { get; }

    public StreamableHttpServerTransport Transport { get; }

    public SessionEvents Events { get; }

    /// <summary>The transport serves one GET in its life; after that its stream can only be taken up again.</summary>
    public bool TryTakeGet() => Interlocked.Exchange(ref getTaken, 1) == 0;

    public async ValueTask DisposeAsync()
    {
        listed.Dispose();
        await closed.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Transport.DisposeAsync();
        await server.DisposeAsync();
        closed.Dispose();
    }
}
