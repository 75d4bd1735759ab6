using Gatehouse.Storage.Abstractions;
using Npgsql;

namespace Gatehouse.Storage;

/// <summary>The store in one schema of a PostgreSQL database, which any number of gateways may use at the same time.</summary>
/// <remarks>
/// <para>A write is one transaction. It begins with a lock on the room of its table, which also holds the number of its rows: limits and single uses
/// hold across connections, processes and machines. Writes on one table run one after the other; reads wait for none.</para>
/// <para>A write that was awaited is as durable as the server's <c>synchronous_commit</c> makes it. A call whose connection is lost begins again
/// once. If the answer to the commit is lost, the store asks the server whether it was done.</para>
/// <para>No exception and no text holds the connection string or a stored value. Safe for concurrent use.</para>
/// </remarks>
public sealed class PostgreSqlStore : RelationalStore
{
    private PostgreSqlStore(NpgsqlDataSource source, PostgreSqlStoreOptions options, TimeProvider time)
        : base(new PostgreSqlDatabase(source, options), options.Limits, time)
    {
    }

    /// <summary>Opens a store. Makes schema and tables where they are missing, and migrates older ones.</summary>
    /// <param name="options">The place of the store, and its limits.</param>
    /// <param name="time">The clock by which rows expire. Gateways on one database need clocks that agree.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="StoreException">
    /// The server cannot be reached or refuses; the connection to another machine is not protected; the schema belongs to another program, or is
    /// newer by more than one version. The message names the remedy.
    /// </exception>
    public static async ValueTask<PostgreSqlStore> OpenAsync(
        PostgreSqlStoreOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var source = Address.Open(options);
        try
        {
            await PostgreSqlDatabase.MigrateAsync(source, options.Schema, Schema.Current, cancellation).ConfigureAwait(false);
            return new(source, options, time);
        }
        catch (Exception fault)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            if (Faults.IsOfServer(fault)) throw Faults.Explain(fault);
            throw;
        }
    }
}
