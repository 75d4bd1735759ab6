using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>The open sessions of the legacy era.</summary>
internal sealed class SessionTable : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FixtureSession> open = new(StringComparer.Ordinal);

    public FixtureSession Open(McpServerOptions options, ChangeHub changes)
    {
        var session = new FixtureSession(RandomNumberGenerator.GetHexString(32, lowercase: true), options, changes);
        open[session.Id] = session;
        return session;
    }

    public FixtureSession? Find(string id) => open.GetValueOrDefault(id);

    public ValueTask CloseAsync(FixtureSession session) =>
        this.open.TryRemove(session.Id, out var open) ? open.DisposeAsync() : ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var session in open.Values)
        {
            await CloseAsync(session);
        }
    }
}
