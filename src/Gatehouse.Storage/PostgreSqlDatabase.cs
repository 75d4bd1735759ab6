using System.Buffers.Binary;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Gatehouse.Storage;

/// <summary>
/// The reads and writes of a store in PostgreSQL. A write is whole or not at all, also when the connection is lost.
/// </summary>
/// <remarks>
/// Isolation is READ COMMITTED: each statement after the lock sees everything that was committed before the lock was given. No transaction can fail
/// because of another one of the store, so none has to be repeated for that reason.
/// </remarks>
internal sealed class PostgreSqlDatabase : Database
{
    // Times that the server is asked for the end of a transaction, when the connection is lost each time.
    private const int MostAsked = 3;

    private readonly NpgsqlDataSource source;
    private readonly Gate writers;
    private readonly Gate readers;

    private readonly PostgreSqlDialect dialect;

    public PostgreSqlDatabase(NpgsqlDataSource source, PostgreSqlStoreOptions options)
    {
        this.source = source;
        dialect = new(options.Schema);
        writers = new(options.WriteConnections, options.Limits.QueueLimit);
        readers = new(options.Limits.ReadConnections, options.Limits.QueueLimit);
    }

    /// <summary>
    /// Brings the tables of a schema to the newest version. Of two gateways that start at the same time the second one waits for the first.
    /// </summary>
    public static async ValueTask MigrateAsync(NpgsqlDataSource source, string name, Schema schema, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation).ConfigureAwait(false);
        var work = new Work(connection, new PostgreSqlDialect(name), cancellation);
        await work.TextAsync("SELECT pg_advisory_xact_lock($1)::text", LockOf(name)).ConfigureAwait(false);
        await schema.MigrateAsync(work).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    public override ValueTask<T> WriteAsync<T>(string rooms, Func<Work, ValueTask<T>> act, CancellationToken cancellation) =>
        writers.RunAsync(() => ExplainedAsync(() => CommitAsync(rooms, act)), cancellation);

    public override ValueTask<T> ReadAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation) =>
        readers.RunAsync(() => ExplainedAsync(() => ReadTwiceAsync(read, cancellation)), cancellation);

    public override async ValueTask DisposeAsync()
    {
        await writers.CloseAsync().ConfigureAwait(false);
        await readers.CloseAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    // A number of the store's own, so that it meets no advisory lock of another program in the same database.
    private static long LockOf(string schema) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("Gatehouse.Storage.PostgreSql/" + schema)));

    private static async ValueTask<T> ExplainedAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception fault) when (Faults.IsOfServer(fault))
        {
            throw Faults.Explain(fault);
        }
    }

    private async ValueTask<T> ReadTwiceAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await ReadNowAsync(read, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (Faults.IsLost(fault))
        {
            source.Clear();
        }

        return await ReadNowAsync(read, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<T> ReadNowAsync<T>(Func<Work, ValueTask<T>> read, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        return await read(new Work(connection, dialect, cancellation)).ConfigureAwait(false);
    }

    // A connection of the pool may have been lost while it was idle, as all are when the server starts again. What was not committed is undone, so
    // the write may begin once more. Its locks wait for the end of the first transaction, if the server has not noticed yet.
    private async ValueTask<T> CommitAsync<T>(string rooms, Func<Work, ValueTask<T>> act)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var attempt = new Attempt<T>();
            try
            {
                await RunAsync(rooms, act, attempt).ConfigureAwait(false);
                return attempt.Result;
            }
            catch (Exception fault) when (attempt.IsCommitting && Faults.IsOfServer(fault) && Faults.IsUnclear(fault))
            {
                source.Clear();
                if (await WasCommittedAsync(rooms, attempt.Transaction).ConfigureAwait(false)) return attempt.Result;
                throw Faults.Explain(fault);
            }
            catch (Exception fault) when (isFirst && !attempt.IsCommitting && Faults.IsLost(fault))
            {
                source.Clear();
            }
        }
    }

    private async ValueTask RunAsync<T>(string rooms, Func<Work, ValueTask<T>> act, Attempt<T> attempt)
    {
        await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        await using var open = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted).ConfigureAwait(false);
        var work = new Work(connection, dialect, CancellationToken.None);
        await work.LockAsync(rooms).ConfigureAwait(false);
        attempt.Result = await act(work).ConfigureAwait(false);
        attempt.Transaction = work.Transaction;
        attempt.IsCommitting = true;
        await open.CommitAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> WasCommittedAsync(string rooms, string transaction)
    {
        for (var asked = 1; ; asked++)
        {
            try
            {
                return await WasCommittedNowAsync(rooms, transaction).ConfigureAwait(false);
            }
            catch (Exception fault) when (Faults.IsOfServer(fault))
            {
                if (asked == MostAsked || !Faults.IsLost(fault)) throw Faults.Unknown();
                source.Clear();
            }
        }
    }

    // The locks are given only after the first transaction has ended, so that its end is known then.
    private async ValueTask<bool> WasCommittedNowAsync(string rooms, string transaction)
    {
        await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        await using var open = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted).ConfigureAwait(false);
        var work = new Work(connection, dialect, CancellationToken.None);
        await work.LockAsync(rooms).ConfigureAwait(false);
        return await work.TextAsync("SELECT pg_xact_status($1::text::xid8)", transaction).ConfigureAwait(false) switch
        {
            "committed" => true,
            "aborted" => false,
            _ => throw Faults.Unknown(), // too old to be known, or of a server that took the place of the first one
        };
    }

    /// <summary>A transaction, and how far it came.</summary>
    private sealed class Attempt<T>
    {
        public T Result { get; set; } = default!;

        public string Transaction { get; set; } = "";

        public bool IsCommitting { get; set; }
    }
}
