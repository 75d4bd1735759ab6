using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>One session of the legacy era, with the server that runs as long as it is open.</summary>
internal sealed class FixtureSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly McpServer _server;
    private readonly Task _running;
    private readonly IDisposable _listed;
    private int _getTaken;

    public FixtureSession(string id, McpServerOptions options, ChangeHub changes)
    {
        Id = id;
        Events = new();
        Transport = new() { SessionId = id, EventStreamStore = Events };
        _server = McpServer.Create(Transport, options);
        _listed = changes.AddSession(_server);
        _running = _server.RunAsync(_closed.Token);
    }

    public string Id { get; }

    public StreamableHttpServerTransport Transport { get; }

    public SessionEvents Events { get; }

    /// <summary>The transport serves one GET in its life; after that its stream can only be taken up again.</summary>
    public bool TryTakeGet() => Interlocked.Exchange(ref _getTaken, 1) == 0;

    public async ValueTask DisposeAsync()
    {
        _listed.Dispose();
        await _closed.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Transport.DisposeAsync();
        await _server.DisposeAsync();
        _closed.Dispose();
    }
}
