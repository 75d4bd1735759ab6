using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.PostgreSql.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>A write is whole or not at all, whenever its connection is lost, and the store works again afterwards.</summary>
public sealed class LostConnectionTests(PostgreSqlServer server)
{
    [Fact]
    public async Task BackendsThatAreEndedDuringWrites_LeaveNothingHalfDone()
    {
        const int redemptions = 300;
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync(10_000);
        for (var number = 0; number < redemptions; number++)
            await store.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, number), 10);
        var parts = new int[]?[redemptions];
        var writing = Task.WhenAll(Enumerable.Range(0, redemptions).Select(number => Task.Run(async () =>
        {
            try
            {
                Assert.Equal(SpendOutcome.Spent, (await Rows.RedeemAsync(store, number, number, "ada " + number)).Outcome);
                parts[number] = [3];
            }
            catch (StoreException fault)
            {
                // Where the server could not be asked about a commit, it is whole or not at all.
                parts[number] = fault.Message.Contains("Nothing was changed", StringComparison.Ordinal) ? [0] : [0, 3];
            }
        })));
        await Eventually.TrueAsync(
            async () =>
            {
                await EndBackendsAsync(under);
                return writing.IsCompleted;
            },
            "the writes end");
        await writing;
        for (var number = 0; number < redemptions; number++)
            Assert.Contains(await Rows.PartsAsync(store, number), parts[number]!);
        for (var number = 0; number < redemptions; number++) // what was not done can be done now
            await Rows.RedeemAsync(store, number, number, "ada " + number);
        Assert.Equal(redemptions, (await store.Grants.ListGrantsAsync(null, 1000, Rows.Start)).Count);
        await RoomCheck.ExpectRightAsync(server, under.Schema);
    }

    [Fact]
    public async Task IdleConnectionsThatTheServerEnded_CostNoCaller()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => store.Revocations.AddAsync(Rows.Revocation(number)).AsTask()));
        await EndBackendsAsync(under);
        await store.Revocations.AddAsync(Rows.Revocation(20));
        await EndBackendsAsync(under);
        Assert.Equal(21, (await store.Revocations.ListAsync(Rows.Start)).Count);
    }

    [Fact]
    public async Task ACommitWhoseAnswerIsLost_IsReportedAsDone()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var proxy = new CuttingProxy(server);
        await using var store = await PostgreSqlStore.OpenAsync(
            new PostgreSqlStoreOptions { ConnectionString = proxy.ConnectionString, Schema = under.Schema }, under.Time);
        await store.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, 1), 10);
        proxy.CutNextCommit();
        var result = await Rows.RedeemAsync(store, 1, 1, "ada");
        Assert.Equal(1, proxy.Cut);
        Assert.Equal(SpendOutcome.Spent, result.Outcome);
        Assert.Equal(3, await Rows.PartsAsync(store, 1));
    }

    [Fact]
    public async Task ACommitThatTheServerDidNotDo_IsReportedAsNotDone()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        // The backend ends itself at the commit, as one does that is ended in this moment.
        await server.RunAsync(
            $"""
            CREATE FUNCTION {under.Schema}.ends() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON {under.Schema}.revocations DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION {under.Schema}.ends();
            """);
        var fault = await Assert.ThrowsAsync<StoreException>(() => store.Revocations.AddAsync(Rows.Revocation(1)).AsTask());
        Assert.Contains("Nothing was changed", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await store.Revocations.ListAsync(Rows.Start));
        await server.RunAsync($"DROP TRIGGER ends ON {under.Schema}.revocations");
        await store.Revocations.AddAsync(Rows.Revocation(1));
        Assert.Single(await store.Revocations.ListAsync(Rows.Start));
    }

    [Fact]
    public async Task ALockThatAnotherSessionHolds_EndsTheWriteInTime_AndNothingWasDone()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using (await under.OpenAsync()) { } // makes the schema, for which the time of one command may be too short
        var options = new PostgreSqlStoreOptions
        {
            ConnectionString = server.ConnectionString,
            Schema = under.Schema,
            CommandTimeout = TimeSpan.FromSeconds(5),
        };
        await using var store = await PostgreSqlStore.OpenAsync(options, under.Time);
        await using (var other = new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
        {
            await other.OpenAsync();
            await using var open = await other.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand($"SELECT 1 FROM {under.Schema}.rooms FOR UPDATE", other, open);
            await command.ExecuteNonQueryAsync();
            var fault = await Assert.ThrowsAsync<StoreException>(() => store.Revocations.AddAsync(Rows.Revocation(1)).AsTask());
            Assert.Matches("SQLSTATE (55P03|57014)", fault.Message);
            Assert.Empty(await store.Revocations.ListAsync(Rows.Start)); // a reader does not wait
        }

        await store.Revocations.AddAsync(Rows.Revocation(1));
    }

    [Fact]
    public async Task AReadThatIsCancelledAtTheServer_Ends_AndAWriteThatHasBegunIsFinished()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        using var source = new CancellationTokenSource();
        Task read;
        Task write;
        await using (var other = new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
        {
            await other.OpenAsync();
            await using var open = await other.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand($"LOCK TABLE {under.Schema}.revocations", other, open);
            await command.ExecuteNonQueryAsync();
            read = store.Revocations.ListAsync(Rows.Start, source.Token).AsTask();
            write = store.Revocations.AddAsync(Rows.Revocation(1), source.Token).AsTask();
            await Eventually.TrueAsync(
                async () => (long)(await server.RunAsync(
                    $"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{under.Schema}.revocations'::regclass"))! == 2,
                "read and write wait for the table");
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            Assert.False(write.IsCompleted);
        }

        await write;
        Assert.Single(await store.Revocations.ListAsync(Rows.Start));
    }

    private async Task EndBackendsAsync(PostgreSqlUnderTest under) => await server.RunAsync(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'gatehouse {under.Schema}'");
}
