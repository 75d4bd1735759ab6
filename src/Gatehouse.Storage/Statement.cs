using System.Data.Common;
using System.Globalization;

namespace Gatehouse.Storage;

/// <summary>
/// A statement that its connection may keep prepared: most of the work of a short statement is its compilation. It is taken with its values, and
/// given back by <see cref="Dispose"/>. Used by one thread at a time, as its connection is.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly DbCommand command;
    private readonly bool isKept;
    private readonly bool isNamed;

    /// <summary>Makes a statement. Nothing is compiled before its first run.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The text, a constant of the tables; values are parameters.</param>
    /// <param name="isKept">True when the connection keeps it.</param>
    /// <param name="isNamed">True when its parameters have names and not only an order.</param>
    public Statement(DbConnection connection, string sql, bool isKept, bool isNamed = true)
    {
        command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tables; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = null;
        (this.isKept, this.isNamed) = (isKept, isNamed);
    }

    /// <summary>True from <see cref="Take"/> to <see cref="Dispose"/>.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Takes the statement with its values, which are named $1, $2 and so on.</summary>
    public Statement Take(ReadOnlySpan<object> values)
    {
        IsTaken = true;
        while (command.Parameters.Count < values.Length)
        {
            var parameter = command.CreateParameter();
            if (isNamed) parameter.ParameterName = "$" + (command.Parameters.Count + 1).ToString(CultureInfo.InvariantCulture);
            command.Parameters.Add(parameter);
        }

        for (var at = 0; at < values.Length; at++) command.Parameters[at].Value = values[at];
        return this;
    }

    /// <summary>Runs it. The reader is to be disposed before the statement.</summary>
    public DbDataReader ExecuteReader() => command.ExecuteReader();

    /// <inheritdoc cref="ExecuteReader"/>
    public Task<DbDataReader> ExecuteReaderAsync(CancellationToken cancellation) => command.ExecuteReaderAsync(cancellation);

    /// <summary>Runs it. Returns the first value, or null when there is no row.</summary>
    public object? ExecuteScalar() => command.ExecuteScalar();

    /// <inheritdoc cref="ExecuteScalar"/>
    public Task<object?> ExecuteScalarAsync(CancellationToken cancellation) => command.ExecuteScalarAsync(cancellation);

    /// <summary>Runs it. Returns the number of rows that it changed.</summary>
    public int ExecuteNonQuery() => command.ExecuteNonQuery();

    /// <inheritdoc cref="ExecuteNonQuery"/>
    public Task<int> ExecuteNonQueryAsync(CancellationToken cancellation) => command.ExecuteNonQueryAsync(cancellation);

    /// <summary>Gives it back without its values.</summary>
    public void Dispose()
    {
        IsTaken = false;
        if (!isKept) command.Dispose();
        else foreach (DbParameter parameter in command.Parameters) parameter.Value = null;
    }
}
