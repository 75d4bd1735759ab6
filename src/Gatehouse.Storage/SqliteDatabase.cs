namespace Gatehouse.Storage;

/// <summary>
/// The reads and writes of a store in one SQLite file: one writer, whose transaction is the lock of all rooms, and some readers. Each has a thread,
/// on which SQLite blocks: what a call awaits has always ended.
/// </summary>
/// <param name="writes">The one writer.</param>
/// <param name="reads">The readers.</param>
internal sealed class SqliteDatabase(WriteQueue writes, ReadQueue reads) : Database
{
    public override ValueTask<T> WriteAsync<T>(string rooms, Func<Work, ValueTask<T>> act, CancellationToken cancellation)
    {
        return writes.AddAsync(
            connection => BlockingWait.For(RunAsync(new Work(connection, SqliteDialect.Instance, CancellationToken.None))), cancellation);

        async ValueTask<T> RunAsync(Work work)
        {
            await work.LockAsync(rooms).ConfigureAwait(false);
            return await act(work).ConfigureAwait(false);
        }
    }

    public override ValueTask<T> ReadAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation) => reads.ReadAsync(
        connection => BlockingWait.For(read(new Work(connection, SqliteDialect.Instance, CancellationToken.None))), cancellation);

    // Readers first: the last connection to close folds the log into the file, and that must be the writer.
    public override async ValueTask DisposeAsync()
    {
        await reads.DisposeAsync().ConfigureAwait(false);
        await writes.DisposeAsync().ConfigureAwait(false);
    }
}
