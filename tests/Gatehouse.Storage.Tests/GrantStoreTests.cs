using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Storage.Tests;

/// <summary>What the file does with grants and credentials, beside what every store promises.</summary>
public sealed class GrantStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    [Fact]
    public async Task ALogCutAnywhere_LeavesASpendWholeOrUndone()
    {
        await using var store = Open();
        await store.Grants.AddCredentialAsync(Credential(CredentialKind.AuthorizationCode, 0), 10);
        await SpendAsync(store, Credential(CredentialKind.AuthorizationCode, 0), Tokens(1), Grant("1"));
        for (var number = 1; number < 4; number++)
            Assert.Equal(SpendOutcome.Spent, (await SpendAsync(store, Tokens(number)[0], Tokens(number + 1))).Outcome);
        var length = new FileInfo(store.Path + "-wal").Length;
        HashSet<int> generations = [];
        for (var cut = 0L; cut <= length; cut += 2039) generations.Add(await GenerationAfterCutAsync(store.Path, cut));
        generations.Add(await GenerationAfterCutAsync(store.Path, length));
        Assert.Equal([0, 1, 2, 3, 4], generations.Order());
    }

    // What a write that fails has noted about the number of rows must not stay.
    [Fact]
    public async Task AfterWritesThatWereUndone_TheLimitOfRowsHolds()
    {
        await using var store = Open(new() { CredentialRowLimit = 60 });
        await store.Grants.AddCredentialAsync(Credential(CredentialKind.AuthorizationCode, 0), 10);
        await SpendAsync(store, Credential(CredentialKind.AuthorizationCode, 0), Tokens(1), Grant("1"));
        await RunAsync(store, "CREATE TRIGGER fails BEFORE INSERT ON credentials WHEN NEW.kind = 'access' BEGIN SELECT RAISE(ABORT, 'no'); END");
        for (var round = 0; round < 40; round++)
            await Assert.ThrowsAsync<StoreException>(() => SpendAsync(store, Tokens(1)[0], Tokens(2)));
        await RunAsync(store, "DROP TRIGGER fails");
        Assert.NotNull(await store.Grants.FindCredentialAsync(CredentialKind.RefreshToken, Tokens(1)[0].Digest, Rows.Now));
        Assert.Null(await store.Grants.FindCredentialAsync(CredentialKind.RefreshToken, Tokens(2)[0].Digest, Rows.Now));
        var added = 2;
        for (byte number = 100; number < 200; number++)
        {
            var row = Credential(CredentialKind.AccessToken, number) with { GrantId = "1", Party = Rows.Digest(number) };
            try
            {
                if (await store.Grants.AddCredentialAsync(row, 10)) added++;
            }
            catch (StoreException refusal)
            {
                Assert.Contains("full of credentials of grants (60)", refusal.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(60, added);
    }

    // Sign-ins that are begun and never finished; a million of them with --long.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task SignInsOfStrangers_LeaveGrantsTheirRows()
    {
        var attempts = TestSize.Of(3000, 3000, 1_000_000);
        await using var store = Open(new() { RowLimit = 200 });
        await store.Grants.AddCredentialAsync(Credential(CredentialKind.AuthorizationCode, 0), 10);
        await SpendAsync(store, Credential(CredentialKind.AuthorizationCode, 0), Tokens(1), Grant("1"));
        var refused = 0;
        for (var first = 0; first < attempts; first += 1000)
        {
            var flood = Enumerable.Range(first, 1000).Select(number => store.Grants.AddCredentialAsync(SignIn(number), 4).AsTask()).ToArray();
            refused += (await Task.WhenAll(flood.Select(one => one.ContinueWith(done => done.IsFaulted ? 1 : 0, TaskScheduler.Default)))).Sum();
        }

        var rows = Convert.ToInt32(Rows.Query(store.Path, "SELECT COUNT(*) FROM credentials WHERE grant_id = ''"), CultureInfo.InvariantCulture);
        Assert.Equal(180, rows); // a tenth is kept for those who have signed in
        Assert.Equal(attempts - 179, refused); // the code was spent and is the first of them
        Assert.Equal(SpendOutcome.Spent, (await SpendAsync(store, Tokens(1)[0], Tokens(2))).Outcome);
        Assert.True(await store.Grants.AddCredentialAsync(Credential(CredentialKind.AccessToken, 77) with { GrantId = "1" }, 10));
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task OnePersonWhoSpendsWithoutEnd_LeavesOthersTheirRows()
    {
        await using var store = Open(new() { CredentialRowLimit = 100 });
        await store.Grants.AddCredentialAsync(Credential(CredentialKind.AuthorizationCode, 0), 10);
        await SpendAsync(store, Credential(CredentialKind.AuthorizationCode, 0), Tokens(1), Grant("1"));
        byte number = 1;
        while (number < 90 && await IsTakenAsync(() => SpendAsync(store, Tokens(number)[0], Tokens(number + 1)))) number++;
        Assert.Equal(25, number); // two tokens each: half of the table
        Assert.Equal(SpendOutcome.AlreadySpent, (await SpendAsync(store, Tokens(1)[0], [])).Outcome);
        for (number = 100; number < 150; number++)
        {
            var other = Credential(CredentialKind.RefreshToken, number) with { GrantId = "1", Party = Rows.Digest(number) };
            Assert.True(await store.Grants.AddCredentialAsync(other, 10));
        }
    }

    [Fact]
    public async Task EveryStatement_FindsItsRowsByAnIndex()
    {
        await using var store = Open(new() { ReadConnections = 1, RowLimit = 3, CredentialRowLimit = 8 });
        List<string> statements = [];
        await store.WriteAsync(connection => Trace(connection, statements));
        await store.ReadAsync(connection => Trace(connection, statements));
        await UseAllAsync(store);
        var plans = await store.WriteAsync(connection =>
        {
            Trace(connection, null);
            return statements.ToArray().Where(IsOurs).Distinct().SelectMany(statement => Plan(connection, statement)).Distinct().ToArray();
        });
        Assert.True(plans.Length > 10, string.Join('\n', plans));
        Assert.DoesNotContain(plans, plan => plan.Contains("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public void ALimitBelowOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(new() { CredentialRowLimit = 0 }));

    public void Dispose() => folder.Dispose();

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

    private static async Task UseAllAsync(Store store)
    {
        var code = Credential(CredentialKind.AuthorizationCode, 0);
        await store.Grants.AddCredentialAsync(code, 1);
        await SpendAsync(store, code, Tokens(1), Grant("1"));
        await SpendAsync(store, Tokens(1)[0], [Tokens(2)[0]]);
        await SpendAsync(store, Tokens(2)[0], Tokens(3));
        await Assert.ThrowsAsync<StoreException>(() => SpendAsync(store, Tokens(3)[0], Tokens(4))); // the party has its part
        for (var number = 0; number < 2; number++) await store.Grants.AddCredentialAsync(SignIn(number), 1);
        await Assert.ThrowsAsync<StoreException>(() => store.Grants.AddCredentialAsync(SignIn(3), 1).AsTask()); // the table is full
        await store.Grants.AddCredentialAsync(Credential(CredentialKind.AccessToken, 9) with { GrantId = "1" }, 1);
        await store.Grants.FindCredentialAsync(CredentialKind.AccessToken, Rows.Digest(9), Rows.Now);
        await store.Grants.ListGrantsAsync("ada", 10, Rows.Now);
        await store.Grants.RemoveCredentialAsync(CredentialKind.AccessToken, Rows.Digest(9));
        await store.Grants.EndGrantAsync("1", Rows.Now);
        var consent = new ConsentRow("ada", "client", "name", "https://back", "https://files", "read", Rows.Now, Rows.Now.AddDays(1));
        await store.Consents.PutAsync(consent, 1);
        await store.Consents.FindAsync("ada", "client", "https://files", Rows.Now);
        await store.Consents.ListAsync("ada", 10, Rows.Now);
        await store.Consents.RemoveAsync("ada", "client", "https://files");
        await store.Clients.AddAsync(new("id", "{}"u8.ToArray(), Rows.Digest(1), Rows.Now, Rows.Now.AddDays(1)), 10, 10);
        await store.Clients.FindAsync("id", Rows.Now);
        await store.Clients.KeepAsync("id", Rows.Now.AddDays(2));
        await store.Clients.RemoveAsync("id");
        await store.CleanUpAsync();
    }

    // A statement of a trigger comes as a comment.
    private static bool IsOurs(string statement) => !statement.StartsWith("--", StringComparison.Ordinal)
        && new[] { "credentials", "grants", "consents", "clients" }.Any(table => statement.Contains(table, StringComparison.Ordinal));

    private static int Trace(SqliteConnection connection, List<string>? statements)
    {
        raw.sqlite3_trace(connection.Handle, statements is null ? null : (_, statement) =>
        {
            lock (statements) statements.Add(statement);
        }, null);
        return 0;
    }

    private static List<string> Plan(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of the store, as they were run.
        command.CommandText = "EXPLAIN QUERY PLAN " + statement;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        List<string> plan = [];
        while (reader.Read()) plan.Add(reader.GetString(3) + "   " + statement.ReplaceLineEndings(" "));
        return plan;
    }

    private async Task<int> GenerationAfterCutAsync(string path, long cut)
    {
        var copy = Rows.CopyStore(path, folder.File("cut"));
        using (var log = File.OpenWrite(copy + "-wal")) log.SetLength(cut);
        var generation = 0;
        await using (var store = Store.Open(copy, time, new() { CheckIntegrity = true }))
        {
            for (var number = 1; number <= 4; number++)
            {
                var refresh = await store.Grants.FindCredentialAsync(CredentialKind.RefreshToken, Tokens(number)[0].Digest, Rows.Now);
                var access = await store.Grants.FindCredentialAsync(CredentialKind.AccessToken, Tokens(number)[1].Digest, Rows.Now);
                if (refresh is not null) generation = number;
                Assert.Equal(access is not null, refresh is not null || await IsSpentAsync(store, number));
            }

            Assert.Equal(generation > 0 ? 1 : 0, (await store.Grants.ListGrantsAsync(null, 10, Rows.Now)).Count);
        }

        Directory.Delete(folder.File("cut"), recursive: true);
        return generation;
    }

    private static async Task<bool> IsSpentAsync(Store store, int number) =>
        (await store.Grants.SpendAsync(CredentialKind.RefreshToken, Tokens(number)[0].Digest, default, [], null, 1, Rows.Now)).Outcome
            == SpendOutcome.AlreadySpent;

    private static Task<SpendResult> SpendAsync(Store store, CredentialRow row, CredentialRow[] added, GrantRow? grant = null) =>
        store.Grants.SpendAsync(row.Kind, row.Digest, new byte[] { 1 }, added, grant, 10, Rows.Now).AsTask();

    private static async Task RunAsync(Store store, string sql) => await store.WriteAsync(connection =>
    {
        StoreConnection.Execute(connection, sql);
        return 0;
    });

    private static CredentialRow[] Tokens(int number) =>
    [
        Credential(CredentialKind.RefreshToken, (byte)number) with { GrantId = "1" },
        Credential(CredentialKind.AccessToken, (byte)number) with { GrantId = "1" },
    ];

    private static CredentialRow SignIn(int number) => new(
        CredentialKind.SignInState, System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)), "",
        System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)), new byte[300], Rows.Now, Rows.Now.AddMinutes(10));

    private static CredentialRow Credential(CredentialKind kind, byte number) =>
        new(kind, Rows.Digest(number), "", Rows.Digest(255), new byte[] { number }, Rows.Now.AddTicks(number), Rows.Now.AddHours(1));

    private static GrantRow Grant(string id) =>
        new(id, "ada", "client", "https://files", "read", new byte[] { 1 }, Rows.Now, Rows.Now.AddDays(1));

    private Store Open(StoreOptions? options = null) => Store.Open(folder.File("store.db"), time, options ?? new());
}
