using System.Buffers.Binary;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage.Abstractions;
using Npgsql;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>
/// The versions of the schema. A released step is never changed, only followed by another. Each step only adds, so that a gateway that is one version
/// older can still use the database, as happens while gateways are updated one after the other.
/// </summary>
internal sealed class Schema(IReadOnlyList<Migration> migrations)
{
    private const int OldestServer = 140_000;

    /// <summary>
    /// The schema of this code. Moments are ticks of 100 ns since 0001-01-01T00:00:00Z. Texts sort by their bytes in UTF-8, whatever the locale of
    /// the database.
    /// </summary>
    public static Schema Current { get; } = new([new(1, SchemaSteps.First), new(2, SchemaSteps.Approvals)]);

    /// <summary>The newest version.</summary>
    public int Version => migrations[^1].Version;

    /// <summary>Checks the server, and brings the tables to the newest version. Tables that are newer by one version are left as they are.</summary>
    /// <exception cref="StoreException">
    /// The server cannot keep the promises of the store, or the schema belongs to another program or is newer.
    /// </exception>
    public async ValueTask MigrateAsync(NpgsqlDataSource source, string schema, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation).ConfigureAwait(false);
        var work = new Work(connection, "", cancellation);
        await CheckServerAsync(work).ConfigureAwait(false);
        // Of two gateways that start at the same time the second one waits here, and finds the work of the first.
        await work.TextAsync("SELECT pg_advisory_xact_lock($1)::text", LockOf(schema)).ConfigureAwait(false);
        var version = await PrepareAsync(work, schema).ConfigureAwait(false);
        RefuseNewer(version);
        foreach (var migration in migrations.Where(migration => migration.Version > version))
        {
            await work.RunAsync(migration.Sql).ConfigureAwait(false);
            await work.RunAsync("UPDATE gatehouse_schema SET version = $1", migration.Version).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

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

    // Returns the version of the tables; 0 for none.
    private static async ValueTask<long> PrepareAsync(Work work, string schema)
    {
        // Only where it is missing: the right to make a schema is not necessary where an administrator made it.
        if (!await work.AnyAsync("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema).ConfigureAwait(false))
            await work.RunAsync($"CREATE SCHEMA {schema}").ConfigureAwait(false);
        if (await work.TextAsync("SELECT to_regclass($1)::text", $"{schema}.gatehouse_schema").ConfigureAwait(false) is null)
        {
            if (await work.AnyAsync("SELECT 1 FROM pg_class WHERE relnamespace = $1::text::regnamespace", schema).ConfigureAwait(false))
                throw new StoreException($"The schema {schema} of the database has tables of another program. Name another schema for the store.");
            await work.RunAsync("CREATE TABLE gatehouse_schema (version integer NOT NULL); INSERT INTO gatehouse_schema VALUES (0)")
                .ConfigureAwait(false);
        }

        return await work.NumberAsync("SELECT version FROM gatehouse_schema").ConfigureAwait(false);
    }

    private void RefuseNewer(long version)
    {
        if (version > Version + 1)
        {
            throw new StoreException(
                $"The store in PostgreSQL has schema version {version}; this program writes version {Version} and reads up to {Version + 1}. "
                + "Run the newer program, or restore the copy of the database that was made before the update.");
        }
    }

    // A number of the store's own, so that it meets no advisory lock of another program in the same database.
    private static long LockOf(string schema) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("Gatehouse.Storage.PostgreSql/" + schema)));
}
