namespace Gatehouse.Storage;

/// <summary>The reads and writes of a store. A write is one transaction, whole or not at all. It begins with the locks of its rooms.</summary>
internal abstract class Database : IAsyncDisposable
{
    private readonly List<StoreTable> tables = [];

    /// <summary>The tables of the store.</summary>
    public IReadOnlyList<StoreTable> Tables => tables;

    /// <summary>Names a table of the store.</summary>
    /// <inheritdoc cref="StoreTable(string, Database, int, TimeProvider, string, string?)"/>
    public StoreTable Table(string name, int rowLimit, TimeProvider time, string mayGo = "1 = 1", string? rooms = null)
    {
        var table = new StoreTable(name, this, rowLimit, time, mayGo, rooms);
        tables.Add(table);
        return table;
    }

    /// <summary>Runs a write.</summary>
    /// <param name="rooms">The names of the rooms that it uses, as SQL.</param>
    /// <param name="act">The statements. It may run a second time after a lost connection, with nothing done by the first.</param>
    /// <param name="cancellation">Ends the wait for a connection. A write that has begun is finished.</param>
    /// <exception cref="Abstractions.StoreException">It was not committed.</exception>
    public abstract ValueTask<T> WriteAsync<T>(string rooms, Func<Work, ValueTask<T>> act, CancellationToken cancellation);

    /// <summary>Runs a read.</summary>
    /// <exception cref="Abstractions.StoreException">The store cannot be read.</exception>
    public abstract ValueTask<T> ReadAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation);

    /// <summary>Lets the calls that were begun finish, and closes the connections.</summary>
    public abstract ValueTask DisposeAsync();
}
