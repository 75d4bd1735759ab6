namespace Gatehouse.Storage;

/// <summary>The place of a store in PostgreSQL, and its limits. No record: its text must not show the connection string.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>
    /// The address of the database in the form of Npgsql. It may hold a password, so it appears in no message. To a host that is not this machine it
    /// needs <c>SSL Mode=VerifyFull</c>.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>
    /// The schema of the tables, which is made where it is missing. 1 to 63 of a-z, 0-9 and _, no digit first. <c>gatehouse</c> by default.
    /// </summary>
    public string Schema { get; init; } = "gatehouse";

    /// <summary>The limits of the store. They hold for all gateways on it together.</summary>
    public StoreOptions Limits { get; init; } = new();

    /// <summary>The most connections that write at the same time, 1 or more. 4 by default.</summary>
    public int WriteConnections { get; init; } = 4;

    /// <summary>The longest time for a connection to open, in whole seconds, from 1 s to 10 minutes. 10 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest time for one statement, with its wait for locks, in whole seconds, from 1 s to 10 minutes. 15 s by default. After this time the
    /// server also ends a transaction whose gateway says nothing, so that its locks are free again.
    /// </summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(15);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(ConnectionString, nameof(ConnectionString));
        ArgumentException.ThrowIfNullOrEmpty(Schema, nameof(Schema));
        // It becomes a part of statements, where a parameter cannot be.
        if (Schema.Length > 63 || char.IsAsciiDigit(Schema[0])
            || Schema.Any(static one => !char.IsAsciiLetterLower(one) && !char.IsAsciiDigit(one) && one != '_'))
            throw new ArgumentException("The schema has 1 to 63 of the characters a-z, 0-9 and _, and does not begin with a digit.", nameof(Schema));
        ArgumentNullException.ThrowIfNull(Limits, nameof(Limits));
        Limits.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(WriteConnections, 1, nameof(WriteConnections));
        CheckSeconds(ConnectTimeout, nameof(ConnectTimeout));
        CheckSeconds(CommandTimeout, nameof(CommandTimeout));
    }

    private static void CheckSeconds(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1), name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(10), name);
        if (value.Ticks % TimeSpan.TicksPerSecond != 0) throw new ArgumentException("The time is in whole seconds.", name);
    }
}
