using System.Threading.Channels;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>
/// The one writer. Writes that wait together share a commit, and thereby the disk's delay. Each has a savepoint of its own, so that one that fails
/// takes nothing with it.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    // Bounds the time that the first of a batch waits for the others' work.
    private const int LargestBatch = 256;

    private readonly SqliteConnection connection;
    private readonly Channel<Write> queue;
    private readonly Task running;
    private long commits;
    private readonly bool isCounting;
    private long number;

    /// <summary>Begins the queue.</summary>
    /// <param name="connection">The connection that writes.</param>
    /// <param name="limit">The most writes that wait.</param>
    /// <param name="number">The count of commits that the file has; null for a file that has none.</param>
    public WriteQueue(SqliteConnection connection, int limit, long? number = null)
    {
        this.connection = connection;
        (isCounting, this.number) = (number is not null, number ?? 0);
        queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(limit) { SingleReader = true });
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Commits since the start.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>Raised on the writer's thread after a commit that changed something, before the callers that wait for it continue.</summary>
    public event Action? Counted;

    /// <summary>The count of the commits of the store that changed something, by every process.</summary>
    public long Number => Interlocked.Read(ref number);

    /// <summary>Adds a write and awaits its commit.</summary>
    /// <exception cref="StoreException">It was not committed.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">It had not begun; nothing was written.</exception>
    public async ValueTask<T> AddAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var pending = new Write<T>(write);
        try
        {
            await queue.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(Store));
        }

        using var given = cancellation.UnsafeRegister(static (pending, token) => ((Write<T>)pending!).Cancel(token), pending);
        return await pending.Committed.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await running.ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        var batch = new List<Write>(LargestBatch);
        while (BlockingWait.For(queue.Reader.WaitToReadAsync()))
        {
            batch.Clear();
            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var write))
            {
                if (write.TryBegin()) batch.Add(write);
            }

            if (batch.Count > 0) Commit(batch);
        }
    }

    private void Commit(List<Write> batch)
    {
        var isChanged = false;
        try
        {
            StatementCache.Execute(connection, "BEGIN IMMEDIATE");
            var changes = raw.sqlite3_total_changes(connection.Handle);
            foreach (var write in batch)
                Perform(write);
            isChanged = isCounting && raw.sqlite3_total_changes(connection.Handle) != changes;
            var counted = isChanged ? CommitCount.Next(connection) : Number;
            StatementCache.Execute(connection, "COMMIT");
            Interlocked.Increment(ref commits);
            Interlocked.Exchange(ref number, counted);
        }
#pragma warning disable CA1031 // Whatever it was, nothing of the batch was committed, and the queue must outlive it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            RollBack();
            var refusal = Explain(fault);
            batch.ForEach(write => write.Refuse(refusal));
            return;
        }

        if (isChanged) Announce();
        batch.ForEach(write => write.Release());
    }

    private void Announce()
    {
        try
        {
            Counted?.Invoke();
        }
#pragma warning disable CA1031 // The batch is committed, whatever a subscriber does.
        catch (Exception)
#pragma warning restore CA1031
        {
            // It learns of the next commit.
        }
    }

    // SQLite has rolled back by itself where the disk failed. Another transaction cannot begin before this one is over.
    private void RollBack()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) StatementCache.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // The next write meets the same fault, and says so.
        }
    }

    private StoreException Explain(Exception fault) => fault is SqliteException known
        ? StoreConnection.Explain(connection.DataSource, known)
        : new StoreException($"The store {connection.DataSource} failed: {fault.Message} Start again.", fault);

    private void Perform(Write write)
    {
        StatementCache.Execute(connection, "SAVEPOINT one");
        if (!write.Perform(connection)) StatementCache.Execute(connection, "ROLLBACK TO one");
        StatementCache.Execute(connection, "RELEASE one");
    }

    /// <summary>A write and the caller that awaits it.</summary>
    private abstract class Write
    {
        private int begun;

        /// <summary>Begins the write. Returns false when it was cancelled before. A write that has begun is not cancelled any more.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref begun, 1) == 0;

        /// <summary>Performs the write. Returns false when it failed and must be undone.</summary>
        public abstract bool Perform(SqliteConnection connection);

        public abstract void Release();

        public abstract void Refuse(StoreException refusal);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> write) : Write
    {
        // Continuations run elsewhere: a caller must not hold up the queue.
        private readonly TaskCompletionSource<T> committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;
        private Exception? fault;

        public Task<T> Committed => committed.Task;

        public void Cancel(CancellationToken cancellation)
        {
            if (TryBegin()) committed.SetCanceled(cancellation);
        }

        public override bool Perform(SqliteConnection connection)
        {
            try
            {
                result = write(connection);
                return true;
            }
            catch (SqliteException fault)
            {
                this.fault = StoreConnection.Explain(connection.DataSource, fault);
            }
#pragma warning disable CA1031 // Any fault is the caller's; the queue must outlive it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                this.fault = fault;
            }

            return false;
        }

        public override void Release()
        {
            if (fault is null)
                committed.SetResult(result);
            else
                committed.SetException(fault);
        }

        public override void Refuse(StoreException refusal) => committed.SetException(fault ?? refusal);
    }
}
