using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class SchemaTests : IDisposable
{
    private static readonly Schema Two = new(
    [
        new(1, [], "CREATE TABLE one (value TEXT NOT NULL); INSERT INTO one VALUES ('kept')"),
        new(2, [], "ALTER TABLE one ADD COLUMN added TEXT NOT NULL DEFAULT 'new'"),
    ]);

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    private string StorePath => folder.File("store.db");

    [Fact]
    public async Task AnEmptyFileOfVersion0_IsMigrated()
    {
        Make("");
        await using (var store = Store.Open(StorePath, time))
            await store.Sessions.AddAsync(new("session-1", "owner", Rows.Now.AddDays(1)));
        Assert.Equal((long)Store.SchemaVersion, Rows.Query(StorePath, "PRAGMA user_version"));
        Assert.Equal(0x47617465L, Rows.Query(StorePath, "PRAGMA application_id"));
    }

    [Fact]
    public async Task ADatabaseOfVersion0WithoutTables_IsMigrated()
    {
        Make("CREATE TABLE passing (value); DROP TABLE passing");
        await using var store = Store.Open(StorePath, time);
        await store.Sessions.AddAsync(new("session-1", "owner", Rows.Now.AddDays(1)));
        Assert.Single(await store.Sessions.ListAsync(Rows.Now));
    }

    // The build before reads the version that follows its own. What it deletes when it cleans up are rows of its own tables.
    [Fact]
    public async Task TheBuildBefore_UsesAStoreOfThisVersion_AndRefusesTheVersionAfterIt()
    {
        await Store.Open(StorePath, time).DisposeAsync();
        var before = new Schema([new(Store.SchemaVersion - 1, [], "SELECT 1")]);
        StoreConnection.OpenWriter(StorePath, before, checkIntegrity: false).Dispose();
        Assert.Equal((long)Store.SchemaVersion, Rows.Query(StorePath, "PRAGMA user_version"));
        Rows.Query(StorePath, $"PRAGMA user_version = {Store.SchemaVersion + 1}");
        var refusal = Assert.Throws<StoreException>(() => StoreConnection.OpenWriter(StorePath, before, checkIntegrity: false));
        Assert.Contains($"reads up to {Store.SchemaVersion}", refusal.Message, StringComparison.Ordinal);
        await Store.Open(StorePath, time).DisposeAsync(); // this build reads the next version
    }

    [Fact]
    public void AnOlderVersion_GetsTheMissingStepsAndKeepsItsRows()
    {
        Make("PRAGMA application_id = 0x47617465; CREATE TABLE one (value TEXT NOT NULL); INSERT INTO one VALUES ('of a user'); PRAGMA user_version "
            + "= 1");
        StoreConnection.OpenWriter(StorePath, Two, checkIntegrity: false).Dispose();
        Assert.Equal("of a user new", Rows.Query(StorePath, "SELECT group_concat(value || ' ' || added) FROM one"));
        Assert.Equal(2L, Rows.Query(StorePath, "PRAGMA user_version"));
    }

    [Fact]
    public void AStepThatFails_ChangesNothing()
    {
        Make("");
        var broken = new Schema([new(1, [], "CREATE TABLE one (value)"), new(2, [], "CREATE TABLE two (value); CREATE TABLE one (value)")]);
        Assert.Throws<StoreException>(() => StoreConnection.OpenWriter(StorePath, broken, checkIntegrity: false));
        Assert.Equal(0L, Rows.Query(StorePath, "PRAGMA user_version"));
        Assert.Equal(0L, Rows.Query(StorePath, "SELECT COUNT(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task AVersionNewerByOne_IsUsedAsItIs()
    {
        await Store.Open(StorePath, time).DisposeAsync();
        Rows.Query(StorePath, $"PRAGMA user_version = {Store.SchemaVersion + 1}");
        await using (var store = Store.Open(StorePath, time))
            await store.Revocations.AddAsync(Rows.Revocation(1));
        Assert.Equal(Store.SchemaVersion + 1L, Rows.Query(StorePath, "PRAGMA user_version"));
    }

    [Fact]
    public async Task AVersionNewerByTwo_IsRefusedWithTheRemedy()
    {
        await Store.Open(StorePath, time).DisposeAsync();
        Rows.Query(StorePath, $"PRAGMA user_version = {Store.SchemaVersion + 2}");
        var refusal = Assert.Throws<StoreException>(() => Store.Open(StorePath, time));
        Assert.Contains($"version {Store.SchemaVersion + 2}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Run the newer program", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE theirs (value)")]
    [InlineData("PRAGMA application_id = 1; PRAGMA user_version = 1; CREATE TABLE revocations (value)")]
    public void ADatabaseOfAnotherProgram_IsRefusedUnchanged(string sql)
    {
        Make(sql);
        var tables = Rows.Query(StorePath, "SELECT group_concat(sql) FROM sqlite_schema");
        Assert.Contains("another program", Assert.Throws<StoreException>(() => Store.Open(StorePath, time)).Message, StringComparison.Ordinal);
        Assert.Equal(tables, Rows.Query(StorePath, "SELECT group_concat(sql) FROM sqlite_schema"));
    }

    public void Dispose() => folder.Dispose();

    private void Make(string sql)
    {
        File.Create(StorePath).Dispose();
        Rows.SetMode(StorePath, 600);
        if (sql.Length > 0)
            Rows.Query(StorePath, sql);
    }
}
