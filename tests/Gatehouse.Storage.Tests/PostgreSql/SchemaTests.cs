using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Storage.Tests.PostgreSql.Support;
using Npgsql;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>The tables are made and migrated once, whoever starts at the same time, and are refused where they are not ours to use.</summary>
public sealed class SchemaTests(PostgreSqlServer server)
{
    [Fact]
    public async Task StoresThatOpenAtTheSameTime_MakeTheTablesOnce()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => under.OpenAsync())));
        await Task.WhenAll(stores.Select((store, number) => store.Revocations.AddAsync(Rows.Revocation(number)).AsTask()));
        Assert.Equal(8, (await stores[0].Revocations.ListAsync(Rows.Start)).Count);
        Assert.Equal((long)PostgreSqlStore.SchemaVersion, await VersionAsync(under));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task AStepThatFails_LeavesTheVersionBefore()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await (await under.OpenAsync()).DisposeAsync();
        var next = PostgreSqlStore.SchemaVersion + 1;
        await using var source = Address.Open(under.Options());
        var faulty = new Schema([new(next, [], "CREATE TABLE half (a int); SELECT 1 / 0")]);
        await Assert.ThrowsAsync<PostgresException>(() => PostgreSqlDatabase.MigrateAsync(source, under.Schema, faulty, default).AsTask());
        Assert.Equal((long)PostgreSqlStore.SchemaVersion, await VersionAsync(under));
        var good = new Schema([new(next, [], "CREATE TABLE half (a int)")]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgreSqlDatabase.MigrateAsync(source, under.Schema, good, default).AsTask()));
        Assert.Equal((long)next, await VersionAsync(under));
    }

    [Fact]
    public async Task ANextVersion_IsUsed_AndOneBeyondItIsRefusedWithARemedy()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await (await under.OpenAsync()).DisposeAsync();
        await server.RunAsync($"UPDATE {under.Schema}.gatehouse_schema SET version = version + 1");
        await (await under.OpenAsync()).DisposeAsync();
        await server.RunAsync($"UPDATE {under.Schema}.gatehouse_schema SET version = version + 1");
        var fault = await Assert.ThrowsAsync<StoreException>(() => under.OpenAsync());
        Assert.Contains("Run the newer program", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RowsOfQuestionsResultsAndContainments_AreCounted()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        foreach (var check in StoreContract.Checks.Where(static check => check.Name
            is "approvals: finished ones of a party have a bound, and denied ones go last" or "quarantine: finished ones of a party have a bound"
            or "remembered approvals: what is not noted is found again, and is not deleted"
            or "containments: what is not noted is found again, and is not deleted"))
        {
            await check.RunAsync(under);
            await RoomCheck.ExpectRightAsync(server, under.Schema);
        }

        Assert.NotEqual(0L, await server.RunAsync($"SELECT used FROM {under.Schema}.rooms WHERE name = 'approvals'"));
    }

    [Fact]
    public async Task ASchemaOfAnotherProgram_IsRefused_AndAnEmptyOneIsUsed()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await server.RunAsync($"CREATE SCHEMA {under.Schema}; CREATE TABLE {under.Schema}.theirs (a int)");
        var fault = await Assert.ThrowsAsync<StoreException>(() => under.OpenAsync());
        Assert.Contains("another program", fault.Message, StringComparison.Ordinal);
        await server.RunAsync($"DROP TABLE {under.Schema}.theirs");
        await (await under.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task ARoleWithoutTheRightToMakeASchema_UsesOneThatIsItsOwn()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await server.RunAsync($"CREATE ROLE {under.Schema}_role LOGIN; CREATE SCHEMA {under.Schema} AUTHORIZATION {under.Schema}_role");
        var options = new PostgreSqlStoreOptions
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = under.Schema + "_role" }.ConnectionString,
            Schema = under.Schema,
        };
        await using (var store = await PostgreSqlStore.OpenAsync(options, under.Time)) await store.Revocations.AddAsync(Rows.Revocation(1));
        var other = new PostgreSqlStoreOptions { ConnectionString = options.ConnectionString, Schema = PostgreSqlServer.NewName() };
        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStore.OpenAsync(other, under.Time).AsTask());
        Assert.Contains("Give the role CREATE on the database", fault.Message, StringComparison.Ordinal);
        await server.RunAsync($"DROP SCHEMA {under.Schema} CASCADE; DROP ROLE {under.Schema}_role");
    }

    [Fact]
    public async Task CommitsThatCouldBeLost_AreRefused()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        var database = PostgreSqlServer.NewName();
        await server.RunAsync($"CREATE DATABASE {database}");
        await server.RunAsync($"ALTER DATABASE {database} SET synchronous_commit = off");
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database };
        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStore.OpenAsync(
            new PostgreSqlStoreOptions { ConnectionString = address.ConnectionString }, under.Time).AsTask());
        Assert.Contains("synchronous_commit", fault.Message, StringComparison.Ordinal);
        await server.RunAsync($"DROP DATABASE {database} WITH (FORCE)");
    }

    [Fact]
    public async Task LongTextsThatCannotBeCompressed_HaveAPlace()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        var text = string.Concat(Enumerable.Range(0, 64).Select(number => Convert.ToHexStringLower(Rows.Digest("part " + number))));
        Assert.Equal(StoredText.MostBytes, text.Length);
        var row = new RevocationRow(text, text, text, Rows.Start, Rows.Start.AddHours(1), text, text);
        await store.Revocations.AddAsync(row);
        Assert.Equal([row], await store.Revocations.ListAsync(Rows.Start));
        var grant = Rows.Grant(1, text) with { Id = text, ClientId = text, Resource = text };
        await store.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, 1), 10);
        await store.Grants.SpendAsync(
            CredentialKind.AuthorizationCode, Rows.Credential(CredentialKind.AuthorizationCode, 1).Digest, default,
            [Rows.Credential(CredentialKind.RefreshToken, 1, text)], grant, 10, Rows.Start);
        Assert.Single(await store.Grants.ListGrantsAsync(text, 10, Rows.Start));
        await store.Consents.PutAsync(new ConsentRow(text, text, text, text, text, text, Rows.Start, Rows.Start.AddHours(1)), 10);
        await store.Sessions.AddAsync(new OpenSessionRow(text, text, Rows.Start.AddHours(1)));
    }

    [Fact]
    public async Task ManyRowsWhoseTimeIsOver_AreDeletedInParts_AndMakeRoom()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync(sessionRowLimit: 100);
        const string add = "open_sessions SELECT sha256(one::text::bytea), one::text, 'owner', 1 FROM generate_series(1, 25000) AS one";
        await server.RunAsync($"INSERT INTO {under.Schema}.{add}");
        await store.Sessions.AddAsync(new OpenSessionRow("session", "owner", Rows.Start.AddHours(1))); // far over its limit, all of it over
        await RoomCheck.ExpectRightAsync(server, under.Schema);
        await server.RunAsync($"INSERT INTO {under.Schema}.{add}");
        Assert.Equal(25_000, await store.CleanUpAsync());
        await RoomCheck.ExpectRightAsync(server, under.Schema);
        Assert.Single(await store.Sessions.ListAsync(Rows.Start));
    }

    private async Task<long> VersionAsync(PostgreSqlUnderTest under) =>
        (long)(await server.RunAsync($"SELECT version FROM {under.Schema}.gatehouse_schema"))!;
}
