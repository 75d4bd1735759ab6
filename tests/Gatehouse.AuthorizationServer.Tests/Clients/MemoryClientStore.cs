using System.Collections.Concurrent;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

/// <summary>The store of clients in memory that the contract of stores holds, with counts. A set <see cref="Fault"/> is thrown by each act.</summary>
/// <param name="time">The clock by which rows expire.</param>
internal sealed class MemoryClientStore(ManualTimeProvider time) : IClientStore
{
    private readonly IClientStore clients = new TemporaryStore().Open(time).Clients;
    private readonly ConcurrentDictionary<string, ClientRow> rows = new(StringComparer.Ordinal);

    public StoreException? Fault { get; set; }

    public int Reads { get; private set; }

    public int Keeps { get; private set; }

    /// <summary>The rows that were added and not removed, as they were added.</summary>
    public IEnumerable<ClientRow> Rows => rows.Values;

    public async ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation = default)
    {
        ThrowFault();
        if (!await clients.AddAsync(row, most, mostOfParty, cancellation)) return false;
        rows[row.Id] = row;
        return true;
    }

    public ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ThrowFault();
        Reads++;
        return clients.FindAsync(id, now, cancellation);
    }

    public ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation = default)
    {
        ThrowFault();
        Keeps++;
        return clients.KeepAsync(id, until, cancellation);
    }

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default)
    {
        ThrowFault();
        rows.TryRemove(id, out _);
        return clients.RemoveAsync(id, cancellation);
    }

    private void ThrowFault()
    {
        if (Fault is { } fault)
            throw fault;
    }
}
