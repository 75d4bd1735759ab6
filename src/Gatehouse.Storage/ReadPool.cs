using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Read connections, made as they are needed up to a limit. A reader sees the last commit and holds up no writer.</summary>
internal sealed class ReadPool(string path, int limit) : IDisposable
{
    private readonly Stack<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _places = new(limit);
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <exception cref="StoreException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        _places.Wait();
        try
        {
            var connection = Rent();
            try
            {
                return read(connection);
            }
            finally
            {
                Return(connection);
            }
        }
        catch (SqliteException fault)
        {
            throw StoreConnection.Explain(path, fault);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            while (_idle.TryPop(out var connection))
                connection.Dispose();
        }
    }

    private SqliteConnection Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(Store));
            if (_idle.TryPop(out var connection))
                return connection;
        }

        return StoreConnection.OpenReader(path);
    }

    private void Return(SqliteConnection connection)
    {
        lock (_lock)
        {
            if (_isDisposed)
                connection.Dispose();
            else
                _idle.Push(connection);
        }
    }
}
