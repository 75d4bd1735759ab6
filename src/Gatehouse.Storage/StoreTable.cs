using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The common part of the tables: expiry and the limit of rows.</summary>
/// <param name="name">The table, and its room.</param>
/// <param name="database">The database.</param>
/// <param name="rowLimit">The most rows.</param>
/// <param name="time">The clock by which rows expire.</param>
/// <param name="mayGo">The condition under which a row whose time is over is deleted; always by default.</param>
/// <param name="rooms">The rooms that its writes lock, as SQL; its own by default.</param>
internal sealed class StoreTable(string name, Database database, int rowLimit, TimeProvider time, string mayGo, string? rooms)
{
    /// <summary>The most rows that one statement deletes because their time is over: no write waits long for another.</summary>
    public const int MostInOneStatement = 10_000;

    private readonly string rooms = rooms ?? $"'{name}'";

    /// <summary>The moment, as tables have it.</summary>
    public long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Adds a row within the limit.</summary>
    /// <param name="exists">True when the row is there already, so that adding it needs no place.</param>
    /// <param name="add">Adds or replaces it.</param>
    /// <param name="cancellation">Ends the wait for a connection.</param>
    /// <param name="reserved">Rows that stay free of this one, for more important rows.</param>
    /// <param name="makeOwnRoom">Deletes rows of the party that adds this one, when it has its part already; null where rows have no party.</param>
    public ValueTask<T> AddAsync<T>(
        Func<Work, ValueTask<bool>> exists,
        Func<Work, ValueTask<T>> add,
        CancellationToken cancellation,
        int reserved = 0,
        Func<Work, ValueTask<int>>? makeOwnRoom = null)
    {
        return WriteAsync(AddNowAsync, cancellation);

        async ValueTask<T> AddNowAsync(Work work)
        {
            // Counting the rows of one party costs something, and is not necessary while half of the table is free.
            if (makeOwnRoom is not null && work.Used(name) * 2 >= rowLimit && !await exists(work).ConfigureAwait(false)
                && await makeOwnRoom(work).ConfigureAwait(false) > 0)
            {
                await work.CountAgainAsync().ConfigureAwait(false);
            }

            await MakeRoomAsync(work, exists, rowLimit - reserved).ConfigureAwait(false);
            return await add(work).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a write on the table that needs no place.</summary>
    public ValueTask<T> WriteAsync<T>(Func<Work, ValueTask<T>> write, CancellationToken cancellation) =>
        database.WriteAsync(rooms, write, cancellation);

    public ValueTask<T> ReadAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation) => database.ReadAsync(read, cancellation);

    /// <summary>Deletes one row by its key, as a write of its own.</summary>
    /// <returns>False when there was none.</returns>
    public async ValueTask<bool> RemoveAsync(byte[] key, CancellationToken cancellation) =>
        await WriteAsync(work => work.RunAsync($"DELETE FROM {name} WHERE key = $1", key), cancellation).ConfigureAwait(false) == 1;

    /// <summary>Deletes some of the rows whose time is over, as a part of a write.</summary>
    /// <returns>How many; fewer than <see cref="MostInOneStatement"/> when there are no further ones.</returns>
    public ValueTask<int> DeleteOverAsync(Work work, long now) => work.RunAsync(
        $"DELETE FROM {name} WHERE key {work.Dialect.Among($"SELECT key FROM {name} WHERE valid_until <= $1 AND {mayGo} LIMIT $2")}", now,
        MostInOneStatement);

    /// <summary>Deletes some of the rows whose time is over, as a write of its own.</summary>
    /// <inheritdoc cref="DeleteOverAsync(Work, long)" path="/returns"/>
    public ValueTask<int> CleanUpAsync(CancellationToken cancellation) => WriteAsync(work => DeleteOverAsync(work, Now), cancellation);

    /// <summary>
    /// Makes room. A row that is still needed is never dropped for a new one: that would bring a revoked token or an ended session back.
    /// </summary>
    private async ValueTask MakeRoomAsync(Work work, Func<Work, ValueTask<bool>> exists, int most)
    {
        for (var isMore = true; isMore && work.Used(name) >= most;)
        {
            isMore = await DeleteOverAsync(work, Now).ConfigureAwait(false) == MostInOneStatement;
            await work.CountAgainAsync().ConfigureAwait(false);
        }

        if (work.Used(name) >= most && !await exists(work).ConfigureAwait(false))
            throw new StoreException($"The table {name} of the store is full ({most} rows). Nothing was added. Raise its limit.");
    }
}
