using System.Threading.Channels;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The one writer. Writes that wait together share a commit, and thereby the disk's delay; each stands in a savepoint of its
/// own, so that one that fails takes nothing with it.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    // Bounds how long the first of a batch waits for the others' work.
    private const int LargestBatch = 256;

    private readonly SqliteConnection _connection;
    private readonly Channel<Write> _queue;
    private readonly Task _running;
    private long _commits;

    public WriteQueue(SqliteConnection connection, int limit)
    {
        _connection = connection;
        _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(limit) { SingleReader = true });
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Commits since the start.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Writes that were undone since the start; read by writes alone, on the writer's thread.</summary>
    public long Undone { get; private set; }

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
            await _queue.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
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
        _queue.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        var batch = new List<Write>(LargestBatch);
        while (BlockingWait.For(_queue.Reader.WaitToReadAsync()))
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var write))
            {
                if (write.TryBegin()) batch.Add(write);
            }

            if (batch.Count > 0) Commit(batch);
        }
    }

    private void Commit(List<Write> batch)
    {
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var write in batch)
                Perform(write);
            transaction.Commit();
            Interlocked.Increment(ref _commits);
        }
#pragma warning disable CA1031 // Whatever it was, nothing of the batch was committed, and the queue must outlive it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Undone++;
            var refusal = Explain(fault);
            batch.ForEach(write => write.Refuse(refusal));
            return;
        }

        batch.ForEach(write => write.Release());
    }

    private StoreException Explain(Exception fault) => fault is SqliteException known
        ? StoreConnection.Explain(_connection.DataSource, known)
        : new StoreException($"The store {_connection.DataSource} failed: {fault.Message} Start again.", fault);

    private void Perform(Write write)
    {
        StoreConnection.Execute(_connection, "SAVEPOINT one");
        if (!write.Perform(_connection))
        {
            Undone++;
            StoreConnection.Execute(_connection, "ROLLBACK TO one");
        }

        StoreConnection.Execute(_connection, "RELEASE one");
    }

    /// <summary>A write and the one who awaits it.</summary>
    private abstract class Write
    {
        private int _begun;

        /// <summary>False when it was cancelled before; what has begun is not cancelled any more.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

        /// <summary>False when it failed and must be undone.</summary>
        public abstract bool Perform(SqliteConnection connection);

        public abstract void Release();

        public abstract void Refuse(StoreException refusal);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> write) : Write
    {
        // Continuations run elsewhere: a caller must not hold up the queue.
        private readonly TaskCompletionSource<T> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _fault;

        public Task<T> Committed => _committed.Task;

        public void Cancel(CancellationToken cancellation)
        {
            if (TryBegin()) _committed.SetCanceled(cancellation);
        }

        public override bool Perform(SqliteConnection connection)
        {
            try
            {
                _result = write(connection);
                return true;
            }
            catch (SqliteException fault)
            {
                _fault = StoreConnection.Explain(connection.DataSource, fault);
            }
#pragma warning disable CA1031 // Any fault is the caller's; the queue must outlive it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _fault = fault;
            }

            return false;
        }

        public override void Release()
        {
            if (_fault is null)
                _committed.SetResult(_result);
            else
                _committed.SetException(_fault);
        }

        public override void Refuse(StoreException refusal) => _committed.SetException(_fault ?? refusal);
    }
}
