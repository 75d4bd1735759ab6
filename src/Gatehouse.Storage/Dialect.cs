using System.Data.Common;
using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The words in which SQLite and PostgreSQL differ. All other SQL of the tables is one text for both.</summary>
internal abstract class Dialect
{
    /// <summary>The identifier of the transaction, as SQL: by it a server is asked for the end of a commit without an answer.</summary>
    public abstract string Transaction { get; }

    /// <summary>What follows a query whose rows are locked until the transaction ends.</summary>
    public abstract string Locked { get; }

    /// <summary>Takes a statement with its values, which are named $1, $2 and so on.</summary>
    public abstract Statement Take(DbConnection connection, string sql, ReadOnlySpan<object> values);

    /// <summary>The condition that a value is among those that a query finds.</summary>
    public abstract string Among(string query);

    /// <summary>The statements that make a table, with the triggers that keep the number of its rows in its room.</summary>
    public string Make(NewTable table)
    {
        var rooms = string.Concat(table.Rooms.Select(static room => $"INSERT INTO rooms VALUES ('{room}', 0);\n"));
        return $"{Words(table.Sql)}\nCREATE INDEX {table.Name}_until ON {table.Name} (valid_until);\n{rooms}{Count(table)}\n";
    }

    /// <summary>Returns the version of the tables, 0 for none, and makes the place in which it is kept.</summary>
    /// <exception cref="StoreException">The place holds tables of another program, or cannot keep the promises of the store.</exception>
    public abstract ValueTask<long> PrepareAsync(Work work);

    /// <summary>Notes the version of the tables.</summary>
    public abstract ValueTask NoteVersionAsync(Work work, int version);

    protected abstract string Words(string sql);

    protected abstract string Count(NewTable table);
}

/// <summary>One file, one writer: its lock is that of the whole file.</summary>
internal sealed class SqliteDialect : Dialect
{
    // "Gate" in ASCII: distinguishes a store from another program's file.
    private const long ApplicationId = 0x47617465;

    // The table of commits has one row: which store this is, and its commits so far.
    private const string Common =
        """
        CREATE TABLE rooms (name TEXT NOT NULL PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE commits (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL, number INTEGER NOT NULL);
        """;

    public static Dialect Instance { get; } = new SqliteDialect();

    public override string Transaction => "''";

    public override string Locked => "";

    public override Statement Take(DbConnection connection, string sql, ReadOnlySpan<object> values) =>
        StatementCache.Take((SqliteConnection)connection, sql, values);

    public override string Among(string query) => $"IN ({query})";

    public override async ValueTask<long> PrepareAsync(Work work)
    {
        var version = await work.NumberAsync("PRAGMA user_version").ConfigureAwait(false);
        if (await work.NumberAsync("PRAGMA application_id").ConfigureAwait(false) == ApplicationId) return version;
        if (version > 0 || await work.AnyAsync("SELECT 1 FROM sqlite_schema").ConfigureAwait(false))
            throw new StoreException($"The file {work.Source} is a database of another program. Name another path for the store.");
        await work.ScriptAsync($"{Common} PRAGMA application_id = {ApplicationId.ToString(CultureInfo.InvariantCulture)}").ConfigureAwait(false);
        return 0;
    }

    public override ValueTask NoteVersionAsync(Work work, int version) =>
        work.ScriptAsync($"PRAGMA user_version = {version.ToString(CultureInfo.InvariantCulture)}");

    protected override string Words(string sql) => sql;

    protected override string Count(NewTable table) =>
        $"""
        CREATE TRIGGER {table.Name}_added AFTER INSERT ON {table.Name}
          BEGIN UPDATE rooms SET used = used + 1 WHERE name = {table.RoomOf("NEW.")}; END;
        CREATE TRIGGER {table.Name}_deleted AFTER DELETE ON {table.Name}
          BEGIN UPDATE rooms SET used = used - 1 WHERE name = {table.RoomOf("OLD.")}; END;
        """;
}

/// <summary>One schema of a database. Each write locks the rows of its rooms, in the order of their names.</summary>
/// <param name="schema">The schema, which is the first of the search path.</param>
internal sealed class PostgreSqlDialect(string schema) : Dialect
{
    private const int OldestServer = 140_000;

    public override string Transaction => "pg_current_xact_id()::text";

    public override string Locked => " FOR UPDATE";

    // Npgsql numbers parameters without a name, and its connections keep the statements that run again.
    public override Statement Take(DbConnection connection, string sql, ReadOnlySpan<object> values) =>
        new Statement(connection, sql, isKept: false, isNamed: false).Take(values);

    // As a list of values: the server would otherwise look at every row of the table.
    public override string Among(string query) => $"= ANY(ARRAY({query}))";

    public override async ValueTask<long> PrepareAsync(Work work)
    {
        await CheckServerAsync(work).ConfigureAwait(false);
        // Only where it is missing: the right to make a schema is not necessary where an administrator made it.
        if (!await work.AnyAsync("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema).ConfigureAwait(false))
            await work.ScriptAsync($"CREATE SCHEMA {schema}").ConfigureAwait(false);
        if (await work.TextAsync("SELECT to_regclass($1)::text", $"{schema}.gatehouse_schema").ConfigureAwait(false) is null)
        {
            if (await work.AnyAsync("SELECT 1 FROM pg_class WHERE relnamespace = $1::text::regnamespace", schema).ConfigureAwait(false))
                throw new StoreException($"The schema {schema} of the database has tables of another program. Name another schema for the store.");
            await work.ScriptAsync(
                """
                CREATE TABLE gatehouse_schema (version bigint NOT NULL);
                INSERT INTO gatehouse_schema VALUES (0);
                CREATE TABLE rooms (name text COLLATE "C" PRIMARY KEY, used bigint NOT NULL) WITH (fillfactor = 10);
                """).ConfigureAwait(false);
        }

        return await work.NumberAsync("SELECT version FROM gatehouse_schema").ConfigureAwait(false);
    }

    public override async ValueTask NoteVersionAsync(Work work, int version) =>
        await work.RunAsync("UPDATE gatehouse_schema SET version = $1", version).ConfigureAwait(false);

    // Texts sort by their bytes in UTF-8, whatever the locale of the database.
    protected override string Words(string sql) => sql.Replace(" TEXT ", " text COLLATE \"C\" ", StringComparison.Ordinal)
        .Replace(" BLOB ", " bytea ", StringComparison.Ordinal).Replace(" INTEGER ", " bigint ", StringComparison.Ordinal)
        .Replace(" WITHOUT ROWID", "", StringComparison.Ordinal);

    // Once a statement, whatever its rows: each change of a room leaves an old version of its row behind.
    protected override string Count(NewTable table) =>
        $"""
        CREATE FUNCTION count_{table.Name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $count$
        BEGIN
          UPDATE rooms SET used = used + CASE TG_OP WHEN 'INSERT' THEN counted.some ELSE -counted.some END
            FROM (SELECT {table.RoomOf("")} AS room, count(*) AS some FROM changed GROUP BY 1) AS counted WHERE rooms.name = counted.room;
          RETURN NULL;
        END $count$;
        CREATE TRIGGER count_added AFTER INSERT ON {table.Name} REFERENCING NEW TABLE AS changed
          FOR EACH STATEMENT EXECUTE FUNCTION count_{table.Name}();
        CREATE TRIGGER count_deleted AFTER DELETE ON {table.Name} REFERENCING OLD TABLE AS changed
          FOR EACH STATEMENT EXECUTE FUNCTION count_{table.Name}();
        """;

    private static async ValueTask CheckServerAsync(Work work)
    {
        if (await work.NumberAsync("SELECT current_setting('server_version_num')::int").ConfigureAwait(false) < OldestServer)
            throw new StoreException("The PostgreSQL server is older than version 14. Use version 14 or newer.");
        if (await work.TextAsync("SELECT current_setting('server_encoding')").ConfigureAwait(false) != "UTF8")
            throw new StoreException("The database does not have the encoding UTF8. Create one with ENCODING 'UTF8'.");
        if (await work.AnyAsync("SELECT 1 WHERE pg_is_in_recovery()").ConfigureAwait(false))
            throw new StoreException("The PostgreSQL server is a standby, which accepts no writes. Name the primary server.");
        if (await work.TextAsync("SELECT current_setting('synchronous_commit')").ConfigureAwait(false) == "off")
        {
            throw new StoreException(
                "The setting synchronous_commit is off for the store's role or database: a spent code or a revocation could be lost. Set it to on.");
        }
    }
}
