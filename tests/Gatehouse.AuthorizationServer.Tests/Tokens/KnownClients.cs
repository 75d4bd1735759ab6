using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Clients that the test names.</summary>
internal sealed class KnownClients(params OAuthClient[] clients) : IClientDirectory
{
    public ValueTask<ClientLookup> FindAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
        ValueTask.FromResult(Fault is { } fault ? fault : clients.Concat(More).FirstOrDefault(client => client.Id == clientId) is { } client
            ? new ClientLookup(client, null) : new ClientLookup(null, "unknown", "unknown"));

    public ValueTask<ClientLookup> FindGrantedAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
        FindAsync(clientId, peer, cancellation);

    /// <summary>The answer about every client; null for none.</summary>
    public ClientLookup? Fault { get; set; }

    /// <summary>Clients of one test.</summary>
    public List<OAuthClient> More { get; } = [];

    /// <summary>The ids of clients that were kept, once for each time.</summary>
    public List<string> Kept { get; } = [];

    public ValueTask KeepAsync(OAuthClient client, CancellationToken cancellation)
    {
        lock (Kept) Kept.Add(client.Id);
        return ValueTask.CompletedTask;
    }
}
