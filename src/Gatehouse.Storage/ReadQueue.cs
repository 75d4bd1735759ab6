using System.Threading.Channels;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The reads, on threads of their own, made as they are needed up to a limit, each with its connection. A reader sees the last commit and holds up no
/// writer.
/// </summary>
/// <remarks>
/// SQLite reads block their thread. The threat: a slow disk holds up the threads that serve requests, of all callers and all servers (CWE-400). Here
/// it holds up only those who asked the store.
/// </remarks>
internal sealed class ReadQueue : IAsyncDisposable
{
    private readonly string path;
    private readonly int limit;
    private readonly Channel<Read> queue;
    private readonly List<Task> readers = [];
    private readonly Lock gate = new();
    private int outstanding;
    private bool isDisposed;

    public ReadQueue(string path, int limit, int queueLimit)
    {
        this.path = path;
        this.limit = limit;
        queue = Channel.CreateBounded<Read>(queueLimit);
    }

    /// <summary>Reads, when a reader is free.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var pending = new Read<T>(read, cancellation);
        AddReader();
        try
        {
            await queue.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            Interlocked.Decrement(ref outstanding);
            throw new ObjectDisposedException(nameof(Store));
        }
        catch (OperationCanceledException)
        {
            Interlocked.Decrement(ref outstanding);
            throw;
        }

        // A read that is not awaited any more has its reader until it is done: another read needs another reader.
        return await pending.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes no more reads. Returns when those that were taken are done.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        Task[] readers;
        lock (gate)
        {
            isDisposed = true;
            readers = [.. this.readers];
        }

        await Task.WhenAll(readers).ConfigureAwait(false);
    }

    private void AddReader()
    {
        var outstanding = Interlocked.Increment(ref this.outstanding);
        lock (gate)
        {
            if (isDisposed || outstanding <= readers.Count || readers.Count >= limit) return;
            readers.Add(Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }
    }

    private void Run()
    {
        SqliteConnection? connection = null;
        while (BlockingWait.For(queue.Reader.WaitToReadAsync()))
        {
            while (queue.Reader.TryRead(out var read))
            {
                read.Perform(() => connection ??= StoreConnection.OpenReader(path), path);
                Interlocked.Decrement(ref outstanding);
            }
        }

        connection?.Dispose();
    }

    /// <summary>A read and the caller that awaits it.</summary>
    private abstract class Read
    {
        public abstract void Perform(Func<SqliteConnection> connect, string path);
    }

    private sealed class Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellation) : Read
    {
        // Continuations run elsewhere: a caller must not hold up the queue.
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => done.Task;

        public override void Perform(Func<SqliteConnection> connect, string path)
        {
            if (cancellation.IsCancellationRequested)
            {
                done.TrySetCanceled(cancellation);
                return;
            }

            try
            {
                done.TrySetResult(read(connect()));
            }
            catch (SqliteException fault)
            {
                done.TrySetException(StoreConnection.Explain(path, fault));
            }
#pragma warning disable CA1031 // Any fault is the caller's; the queue must outlive it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                done.TrySetException(fault);
            }
        }
    }
}
