using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.PostgreSql.Support;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>Several stores on one database, each with connections of its own, as gateways on several machines have.</summary>
public sealed class SeveralGatewaysTests(PostgreSqlServer server)
{
    [Fact]
    public async Task AThousandRedemptionsOfOneCode_OverTwoStores_GiveOneWinner()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var first = await under.OpenAsync();
        await using var second = await under.OpenAsync();
        await first.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, 1), 10);
        var results = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number =>
            Task.Run(() => Rows.RedeemAsync(number % 2 == 0 ? first : second, 1, number, "ada"))));
        var winner = Assert.Single(Enumerable.Range(0, 1000), number => results[number].Outcome == SpendOutcome.Spent);
        Assert.Equal(999, results.Count(static one => one.Outcome == SpendOutcome.AlreadySpent));
        var grant = Assert.Single(await second.Grants.ListGrantsAsync(null, 100, Rows.Start));
        Assert.Equal(Rows.Grant(winner, "ada").Id, grant.Id);
        Assert.Equal(2L, await CountAsync(under, "credentials WHERE grant_id <> ''"));
    }

    [Fact]
    public async Task ALimitOfRows_HoldsForAllStoresTogether()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var first = await under.OpenAsync(20);
        await using var second = await under.OpenAsync(20);
        var added = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(() =>
            IsTakenAsync(() => (number % 2 == 0 ? first : second).Revocations.AddAsync(Rows.Revocation(number)).AsTask()))));
        Assert.Equal(20, added.Count(static one => one));
        Assert.Equal(20, (await first.Revocations.ListAsync(Rows.Start)).Count);
    }

    [Fact]
    public async Task ThePartOfOneBlock_HoldsForAllStoresTogether()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var first = await under.OpenAsync();
        await using var second = await under.OpenAsync();
        var block = Rows.Digest("block");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(() => (number % 2 == 0 ? first : second).Clients.AddAsync(
            new ClientRow("client " + number, "{}"u8.ToArray(), block, Rows.Start, Rows.Start.AddDays(1)), 50, 7).AsTask())));
        Assert.Equal(7L, await CountAsync(under, "clients"));
    }

    [Fact]
    public async Task AGrantThatOneStoreEnds_IsEndedForTheOther_AndNothingOutlivesIt()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var first = await under.OpenAsync();
        await using var second = await under.OpenAsync();
        for (var number = 0; number < 40; number++)
        {
            await first.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, number), 10);
            await Rows.RedeemAsync(first, number, number, "ada");
            var (grant, refresh) = (Rows.Grant(number, "ada").Id, Rows.Tokens(number)[0]);
            var next = Rows.Credential(CredentialKind.RefreshToken, 1000 + number, grant);
            var spend = Task.Run(() => first.Grants.SpendAsync(refresh.Kind, refresh.Digest, default, [next], null, 1, Rows.Start).AsTask());
            var end = Task.Run(() => second.Grants.EndGrantAsync(grant, Rows.Start).AsTask());
            Assert.NotNull(await end);
            await spend;
            Assert.Equal(0, await Rows.PartsAsync(first, number));
            Assert.Null(await first.Grants.FindCredentialAsync(next.Kind, next.Digest, Rows.Start));
        }
    }

    // CWE-770: strangers who invent tokens would hold up the sign-ins of everybody.
    [Fact]
    public async Task ATokenThatIsNotThere_OrIsSpent_IsJudgedWhileTheTablesAreLocked()
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
        var code = Rows.Credential(CredentialKind.AuthorizationCode, 1);
        await store.Grants.AddCredentialAsync(code, 10);
        await Rows.RedeemAsync(store, 1, 1, "ada");
        var token = Rows.Tokens(1)[0];
        await using (var other = new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
        {
            await other.OpenAsync();
            await using var open = await other.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand($"SELECT 1 FROM {under.Schema}.rooms FOR UPDATE", other, open);
            await command.ExecuteNonQueryAsync();
            Assert.Equal(SpendOutcome.Unknown, (await SpendForNothingAsync(Rows.Credential(CredentialKind.RefreshToken, 2))).Outcome);
            var spent = await SpendForNothingAsync(code);
            Assert.Equal((SpendOutcome.AlreadySpent, Rows.Start), (spent.Outcome, spent.SpentAt));
            await Assert.ThrowsAsync<StoreException>(() => SpendForNothingAsync(token)); // it changes something, so that it waits
        }

        Assert.Equal(SpendOutcome.Spent, (await SpendForNothingAsync(token)).Outcome);
        Assert.Equal(SpendOutcome.AlreadySpent, (await SpendForNothingAsync(token)).Outcome);

        Task<SpendResult> SpendForNothingAsync(CredentialRow row) =>
            store.Grants.SpendAsync(row.Kind, row.Digest, default, [], grant: null, mostOfSubject: 1, Rows.Start).AsTask();
    }

    [Fact]
    public async Task EveryRepositoryTogether_WithCleanUps_EndsInNoDeadlock_AndTheRoomsAreRight()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var first = await under.OpenAsync();
        await using var second = await under.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => Task.Run(async () =>
        {
            var store = number % 2 == 0 ? first : second;
            await store.Revocations.AddAsync(Rows.Revocation(number));
            await store.Sessions.AddAsync(new OpenSessionRow("session " + number, "owner", Rows.Start.AddMinutes(number)));
            await store.Grants.AddCredentialAsync(Rows.Credential(CredentialKind.AuthorizationCode, number), 10);
            await Rows.RedeemAsync(store, number, number, "ada " + (number % 3));
            await store.CleanUpAsync();
            await store.Sessions.RemoveAsync("session " + (number / 2));
            await store.Grants.EndGrantAsync(Rows.Grant(number / 2, "").Id, Rows.Start);
        })));
        await RoomCheck.ExpectRightAsync(server, under.Schema);
    }

    private async Task<object?> CountAsync(PostgreSqlUnderTest under, string rows) =>
        await server.RunAsync($"SET search_path = {under.Schema}; SELECT count(*) FROM {rows}");

    private static async Task<bool> IsTakenAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
