using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The versions of the schema. A released step is never changed, only followed by another. Each step only adds, so that code
/// that is one version older can still use the file, as happens while replicas are updated.
/// </summary>
internal sealed class Schema(IReadOnlyList<Migration> migrations)
{
    // "Gate" in ASCII: distinguishes a store from another program's file.
    private const long ApplicationId = 0x47617465;

    /// <summary>The schema of this code. Moments are ticks of 100 ns since 0001-01-01T00:00:00Z.</summary>
    public static Schema Current { get; } = new(
    [
        new(1,
            """
            CREATE TABLE revocations (
              kind TEXT NOT NULL,
              issuer TEXT NOT NULL,
              value TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              reason TEXT NOT NULL,
              made_by TEXT NOT NULL,
              PRIMARY KEY (kind, issuer, value)
            ) WITHOUT ROWID;
            CREATE INDEX revocations_until ON revocations (valid_until);

            CREATE TABLE ended_sessions (
              session_uid TEXT NOT NULL PRIMARY KEY,
              valid_until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX ended_sessions_until ON ended_sessions (valid_until);

            CREATE TABLE task_owners (
              server TEXT NOT NULL,
              task_digest TEXT NOT NULL,
              owner_digest TEXT NOT NULL,
              valid_until INTEGER NOT NULL,
              PRIMARY KEY (server, task_digest)
            ) WITHOUT ROWID;
            CREATE INDEX task_owners_until ON task_owners (valid_until);
            """),
        new(2,
            """
            CREATE TABLE quota_days (
              digest TEXT NOT NULL PRIMARY KEY,
              day INTEGER NOT NULL,
              requests INTEGER NOT NULL,
              bytes INTEGER NOT NULL,
              valid_until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX quota_days_until ON quota_days (valid_until);
            """),
        new(3,
            """
            CREATE TABLE definition_words (
              server TEXT NOT NULL,
              source TEXT NOT NULL,
              kind TEXT NOT NULL,
              name TEXT NOT NULL,
              digest TEXT NOT NULL,
              made_by TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              reason TEXT NOT NULL,
              is_revocation INTEGER NOT NULL,
              definition BLOB NOT NULL,
              PRIMARY KEY (server, source, kind, name, digest, made_by)
            );
            CREATE INDEX definition_words_until ON definition_words (valid_until);
            """),
        new(4,
            """
            CREATE TABLE commands (
              digest TEXT NOT NULL PRIMARY KEY,
              name TEXT NOT NULL,
              content TEXT NOT NULL,
              approved INTEGER NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX commands_until ON commands (valid_until);
            """),
        // In the place of ended_sessions, which versions before this one still read.
        new(5,
            """
            CREATE TABLE open_sessions (
              session_uid TEXT NOT NULL PRIMARY KEY,
              owner_digest TEXT NOT NULL,
              valid_until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX open_sessions_until ON open_sessions (valid_until);

            ALTER TABLE task_owners ADD COLUMN caller_digest TEXT NOT NULL DEFAULT '';
            CREATE INDEX task_owners_caller ON task_owners (caller_digest, valid_until);
            """),
        new(6,
            """
            CREATE TABLE secrets (
              purpose TEXT NOT NULL,
              owner_digest TEXT NOT NULL,
              name TEXT NOT NULL,
              sealed_key BLOB NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              sealed_value BLOB NOT NULL,
              PRIMARY KEY (purpose, owner_digest, name)
            );
            CREATE INDEX secrets_until ON secrets (valid_until);
            """),
        // A credential without a grant has an empty grant_id. A grant that ended has no row any more; its spent credentials still have theirs.
        new(7,
            """
            CREATE TABLE grants (
              id TEXT NOT NULL PRIMARY KEY,
              subject TEXT NOT NULL,
              client_id TEXT NOT NULL,
              resource TEXT NOT NULL,
              scopes TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              sealed BLOB NOT NULL
            );
            CREATE INDEX grants_subject ON grants (subject, made_at, id);
            CREATE INDEX grants_made ON grants (made_at, id);
            CREATE INDEX grants_until ON grants (valid_until);

            CREATE TABLE credentials (
              kind TEXT NOT NULL,
              digest TEXT NOT NULL,
              grant_id TEXT NOT NULL,
              party_digest TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              spent_at INTEGER NOT NULL DEFAULT 0,
              successor BLOB NOT NULL DEFAULT x'',
              sealed BLOB NOT NULL,
              PRIMARY KEY (kind, digest)
            );
            CREATE INDEX credentials_grant ON credentials (grant_id);
            CREATE INDEX credentials_party ON credentials (party_digest, kind, made_at, valid_until);
            CREATE INDEX credentials_until ON credentials (valid_until);

            CREATE TABLE consents (
              subject TEXT NOT NULL,
              client_id TEXT NOT NULL,
              resource TEXT NOT NULL,
              client_name TEXT NOT NULL,
              redirect_uri TEXT NOT NULL,
              scopes TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              PRIMARY KEY (subject, client_id, resource)
            );
            CREATE INDEX consents_subject ON consents (subject, made_at);
            CREATE INDEX consents_until ON consents (valid_until);

            CREATE TABLE clients (
              id TEXT NOT NULL PRIMARY KEY,
              party_digest TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              metadata BLOB NOT NULL
            );
            CREATE INDEX clients_party ON clients (party_digest, valid_until);
            CREATE INDEX clients_until ON clients (valid_until);
            """),
        // What is large comes last in its row: a list does not read it.
        new(8,
            """
            CREATE TABLE approvals (
              id TEXT NOT NULL PRIMARY KEY,
              kind INTEGER NOT NULL,
              digest TEXT NOT NULL,
              party_digest TEXT NOT NULL,
              like_digest TEXT NOT NULL,
              approver_set_digest TEXT NOT NULL,
              state INTEGER NOT NULL,
              needed INTEGER NOT NULL,
              made_at INTEGER NOT NULL,
              expires_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              changed_at INTEGER NOT NULL,
              noted INTEGER NOT NULL,
              sealed BLOB NOT NULL
            );
            CREATE INDEX approvals_digest ON approvals (digest, state, expires_at);
            CREATE INDEX approvals_party ON approvals (party_digest, state, changed_at);
            CREATE INDEX approvals_approver_set ON approvals (approver_set_digest, state, expires_at, party_digest);
            CREATE INDEX approvals_like ON approvals (like_digest, state, changed_at);
            CREATE INDEX approvals_state ON approvals (state, expires_at);
            CREATE INDEX approvals_made ON approvals (made_at, id);
            CREATE INDEX approvals_until ON approvals (valid_until);
            CREATE INDEX approvals_unnoted ON approvals (changed_at, id) WHERE noted = 0;

            CREATE TABLE approval_answers (
              approval_id TEXT NOT NULL,
              person_digest TEXT NOT NULL,
              grants INTEGER NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              way TEXT NOT NULL,
              shown TEXT NOT NULL,
              noted INTEGER NOT NULL,
              sealed BLOB NOT NULL,
              PRIMARY KEY (approval_id, person_digest)
            );
            CREATE INDEX approval_answers_person ON approval_answers (person_digest);
            CREATE INDEX approval_answers_until ON approval_answers (valid_until);
            CREATE INDEX approval_answers_unnoted ON approval_answers (made_at) WHERE noted = 0;

            CREATE TABLE remembered_approvals (
              id TEXT NOT NULL PRIMARY KEY,
              scope_digest TEXT NOT NULL,
              party_digest TEXT NOT NULL,
              person_digest TEXT NOT NULL,
              approval_id TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              forgotten INTEGER NOT NULL,
              noted INTEGER NOT NULL,
              sealed BLOB NOT NULL
            );
            CREATE INDEX remembered_approvals_scope ON remembered_approvals (scope_digest, forgotten, valid_until);
            CREATE INDEX remembered_approvals_party ON remembered_approvals (party_digest, forgotten, valid_until);
            CREATE INDEX remembered_approvals_person ON remembered_approvals (person_digest);
            CREATE INDEX remembered_approvals_made ON remembered_approvals (made_at, id);
            CREATE INDEX remembered_approvals_until ON remembered_approvals (valid_until);
            CREATE INDEX remembered_approvals_unnoted ON remembered_approvals (made_at, id) WHERE noted = 0;

            CREATE TABLE quarantined_results (
              id TEXT NOT NULL PRIMARY KEY,
              digest TEXT NOT NULL,
              party_digest TEXT NOT NULL,
              server TEXT NOT NULL,
              state INTEGER NOT NULL,
              made_at INTEGER NOT NULL,
              expires_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              changed_at INTEGER NOT NULL,
              size INTEGER NOT NULL,
              noted INTEGER NOT NULL,
              sealed BLOB NOT NULL,
              released BLOB NOT NULL,
              content BLOB NOT NULL
            );
            CREATE INDEX quarantined_results_digest ON quarantined_results (digest, state, changed_at);
            CREATE INDEX quarantined_results_party ON quarantined_results (party_digest, state, expires_at, size);
            CREATE INDEX quarantined_results_server ON quarantined_results (server, state, expires_at, size);
            CREATE INDEX quarantined_results_state ON quarantined_results (state, expires_at, size);
            CREATE INDEX quarantined_results_made ON quarantined_results (made_at, id);
            CREATE INDEX quarantined_results_until ON quarantined_results (valid_until);
            CREATE INDEX quarantined_results_unnoted ON quarantined_results (changed_at, id) WHERE noted = 0;

            CREATE TABLE containments (
              id TEXT NOT NULL PRIMARY KEY,
              kind INTEGER NOT NULL,
              target_digest TEXT NOT NULL,
              made_at INTEGER NOT NULL,
              valid_until INTEGER NOT NULL,
              is_released INTEGER NOT NULL,
              noted INTEGER NOT NULL,
              sealed BLOB NOT NULL,
              released BLOB NOT NULL
            );
            CREATE INDEX containments_target ON containments (target_digest, is_released, valid_until);
            CREATE INDEX containments_until ON containments (valid_until);
            """),
        // One row: which store this is, and its commits so far.
        new(9,
            """
            CREATE TABLE commits (
              one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
              store TEXT NOT NULL,
              number INTEGER NOT NULL
            );
            """),
    ]);

    /// <summary>The newest version.</summary>
    public int Version => migrations[^1].Version;

    /// <summary>Brings a file to the newest version. A file that is newer by one version is left as it is.</summary>
    /// <exception cref="StoreException">The file belongs to another program, or is newer by more than one version.</exception>
    /// <returns>The version that the file had; 0 when it had no table.</returns>
    public long Migrate(SqliteConnection connection)
    {
        // Read within the write lock: of two processes that start at the same time the second finds the first one's work.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Read(connection, "PRAGMA user_version");
        RefuseForeign(connection, version);
        RefuseNewer(version);
        foreach (var migration in migrations.Where(migration => migration.Version > version))
            Apply(connection, migration);
        transaction.Commit();
        return version;
    }

    private static void Apply(SqliteConnection connection, Migration migration)
    {
        var version = migration.Version.ToString(CultureInfo.InvariantCulture);
        StoreConnection.Execute(connection, migration.Sql);
        StoreConnection.Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version}");
    }

    private static void RefuseForeign(SqliteConnection connection, long version)
    {
        var isOurs = Read(connection, "PRAGMA application_id") == ApplicationId;
        var isEmpty = version == 0 && Read(connection, "SELECT COUNT(*) FROM sqlite_schema") == 0;
        if (!isOurs && !isEmpty)
            throw new StoreException($"The file {connection.DataSource} is a database of another program. Name another path for the store.");
    }

    private void RefuseNewer(long version)
    {
        if (version > Version + 1)
        {
            throw new StoreException(
                $"The store has schema version {version}; this program writes version {Version} and reads up to {Version + 1}. "
                + "Run the newer program, or restore the copy of the store that was made before the update.");
        }
    }

    private static long Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
