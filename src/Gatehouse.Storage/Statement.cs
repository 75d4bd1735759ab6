using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// A statement that its connection keeps prepared: most of the work of a short statement is its compilation. It is taken with its values, and given
/// back by <see cref="Dispose"/>. Used by one thread at a time, as its connection is.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand command;
    private readonly bool isKept;

    /// <summary>Makes a statement. Nothing is compiled before its first run.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The text, a constant of the tables; values are parameters.</param>
    /// <param name="isKept">True when the connection keeps it.</param>
    public Statement(SqliteConnection connection, string sql, bool isKept)
    {
        command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tables; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = null;
        this.isKept = isKept;
    }

    /// <summary>True from <see cref="Take"/> to <see cref="Dispose"/>.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Takes the statement with its values, which are named $0, $1 and so on.</summary>
    public Statement Take(ReadOnlySpan<object> values)
    {
        IsTaken = true;
        while (command.Parameters.Count < values.Length)
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture) });
        for (var at = 0; at < values.Length; at++) command.Parameters[at].Value = values[at];
        return this;
    }

    /// <summary>Runs it. The reader is to be disposed before the statement.</summary>
    public SqliteDataReader ExecuteReader() => command.ExecuteReader();

    /// <summary>Runs it. Returns the first value, or null when there is no row.</summary>
    public object? ExecuteScalar() => command.ExecuteScalar();

    /// <summary>Runs it. Returns the number of rows that it changed.</summary>
    public int ExecuteNonQuery() => command.ExecuteNonQuery();

    /// <summary>Gives it back without its values.</summary>
    public void Dispose()
    {
        IsTaken = false;
        if (!isKept) command.Dispose();
        else foreach (SqliteParameter parameter in command.Parameters) parameter.Value = null;
    }
}
