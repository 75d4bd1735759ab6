using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>
/// The versions of the schema. A released step is never changed, only followed by another. Each step only adds, so that code that is one version
/// older can still use the store, as happens while replicas are updated.
/// </summary>
internal sealed class Schema(IReadOnlyList<Migration> migrations)
{
    /// <summary>The schema of this code. Moments are ticks of 100 ns since 0001-01-01T00:00:00Z. What is large comes last in its row.</summary>
    public static Schema Current { get; } = new(
    [
        new(1,
        [
            RevocationStore.Table, SessionStore.Table, TaskOwnerStore.Table, QuotaStore.Table, DefinitionApprovalStore.Table,
            CommandApprovalStore.Table, SecretStore.Table, GrantTables.GrantTable, GrantTables.CredentialTable, ConsentStore.Table,
            ClientStore.Table, ApprovalTables.QuestionTable, ApprovalTables.AnswerTable, RememberedApprovalStore.Table,
            QuarantineTable.Table, ContainmentStore.Table,
        ]),
        new(2, [ConnectionStore.Table]),
    ]);

    /// <summary>The newest version.</summary>
    public int Version => migrations[^1].Version;

    /// <summary>
    /// Brings the tables to the newest version; part of a write that no other migration overlaps. Tables that are newer by one version are left as
    /// they are.
    /// </summary>
    /// <exception cref="StoreException">The place belongs to another program, or is newer by more than one version.</exception>
    /// <returns>The version that was found; 0 when there was no table.</returns>
    public async ValueTask<long> MigrateAsync(Work work)
    {
        var version = await work.Dialect.PrepareAsync(work).ConfigureAwait(false);
        RefuseNewer(version);
        foreach (var migration in migrations.Where(migration => migration.Version > version))
        {
            await work.ScriptAsync(string.Concat(migration.Tables.Select(work.Dialect.Make)) + migration.Sql).ConfigureAwait(false);
            await work.Dialect.NoteVersionAsync(work, migration.Version).ConfigureAwait(false);
        }

        return version;
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
}
