using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

/// <summary>What the file promises about questions and withheld results beside the contract of the repositories.</summary>
public sealed class ApprovalStoreTests : IDisposable
{
    private static readonly DateTimeOffset End = Rows.Now.AddHours(1);

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    private string StorePath => folder.File("store.db");

    [Fact]
    public async Task OnePartyWhoAsksWithoutEnd_LeavesOthersTheirHistory()
    {
        await using var store = Store.Open(StorePath, time);
        await FinishAsync(store, Question("ada", 1));
        for (var number = 0; number < IApprovalStore.MostFinishedOfParty + 20; number++) await FinishAsync(store, Question("eve", number));
        Assert.Equal(ApprovalAdding.Added, await store.Approvals.AddAsync(Question("eve", 1000), new ApprovalBounds(20, 1000, 1 << 30, 1 << 30)));
        var rows = await store.Approvals.ListAsync(ApprovalState.Closed, null, null, 1000, Rows.Now);
        Assert.Equal(IApprovalStore.MostFinishedOfParty, rows.Count(row => row.Id.StartsWith("eve", StringComparison.Ordinal)));
        Assert.Single(rows, row => row.Id.StartsWith("ada", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FinishedRowsOfAllParties_HaveABound_AndTheOldestGo()
    {
        const int more = IApprovalStore.MostFinished + 50;
        await using var store = Store.Open(StorePath, time);
        var (at, end) = (Rows.Now.UtcTicks, End.UtcTicks);
        await store.WriteAsync(connection =>
        {
            for (var i = 1; i <= more; i++)
            {
                var (id, digest) = ($"old {i}", Rows.Digest((byte)i));
                Run(connection, "INSERT INTO approvals VALUES ($1, $2, 0, $3, $4, $3, x'', $5, 1, $6, $7, $7, $8, 1, x'01')",
                    [RowKey.Of(id), id, digest, RowKey.Of(id), i == 1 ? 2 : 5, at, end, at + i]);
                Run(connection, "INSERT INTO quarantined_results VALUES ($1, $2, $3, $4, 'files', $4, 3, $5, $6, $6, $7, 1, 1, x'01', x'', x'')",
                    [RowKey.Of(id), id, digest, RowKey.Of(id), at, end, at + i]);
            }

            return 0;
        });
        Assert.Equal(ApprovalAdding.Added, await store.Approvals.AddAsync(Question("ada", 1), new ApprovalBounds(20, 1000, 1 << 30, 1 << 30)));
        Assert.Equal(ApprovalAdding.Added, await store.Quarantine.AddAsync(Result(1), new byte[4], Bounds));
        Assert.Equal(IApprovalStore.MostFinished + 1L, Rows.Query(StorePath, "SELECT COUNT(*) FROM approvals"));
        Assert.Equal(IApprovalStore.MostFinished + 1L, Rows.Query(StorePath, "SELECT COUNT(*) FROM quarantined_results"));
        Assert.NotNull(await store.Approvals.FindAsync("old 1", Rows.Now)); // denied
        Assert.Null(await store.Approvals.FindAsync("old 51", Rows.Now));
        Assert.NotNull(await store.Approvals.FindAsync("old 52", Rows.Now));
        Assert.Null(await store.Quarantine.FindAsync("old 50", Rows.Now));
        Assert.NotNull(await store.Quarantine.FindAsync("old 51", Rows.Now));
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("deleted")]
    [InlineData("expired")]
    [InlineData("erased")]
    public async Task AContentThatIsGone_IsNotInTheTable(string end)
    {
        await using var store = Store.Open(StorePath, time);
        await store.Quarantine.AddAsync(Result(1), new byte[] { 1, 2, 3, 4 }, Bounds);
        await store.Quarantine.ReleaseAsync("result 1", default, End, Rows.Now);
        Assert.Equal(4L, Rows.Query(StorePath, "SELECT length(content) FROM quarantined_results"));
        switch (end)
        {
            case "delivered": await store.Quarantine.DeliverAsync("result 1", Rows.Now); break;
            case "deleted": await store.Quarantine.DeleteAsync("result 1", default, Rows.Now); break;
            case "expired": await store.Quarantine.ExpireAsync(End); break;
            default: await store.Quarantine.EraseAsync([Rows.Digest(1)], Rows.Now); break;
        }

        Assert.Equal(0L, Rows.Query(StorePath, "SELECT length(content) FROM quarantined_results"));
    }

    [Fact]
    public async Task AnAnswerThatIsRefused_ChangesNothing()
    {
        await using var store = Store.Open(StorePath, time, new() { RowLimit = 1 });
        await store.Approvals.AddAsync(Question("ada", 1) with { Needed = 2 }, new ApprovalBounds(20, 1000, 1 << 30, 1 << 30));
        await store.Approvals.AnswerAsync(Answer(1), End, Rows.Now);
        await Assert.ThrowsAsync<StoreException>(() => store.Approvals.AnswerAsync(Answer(2), End, Rows.Now).AsTask());
        Assert.Equal(ApprovalState.Open, (await store.Approvals.FindAsync("ada 1", Rows.Now))!.State);
        Assert.Single(await store.Approvals.AnswersAsync("ada 1", Rows.Now));
    }

    public void Dispose() => folder.Dispose();

    private static void Run(Microsoft.Data.Sqlite.SqliteConnection connection, string sql, object[] values)
    {
        using var statement = StatementCache.Take(connection, sql, values);
        statement.ExecuteNonQuery();
    }

    private static QuarantineBounds Bounds { get; } = new(10, 100, 10, 100, 10, 100);

    private static async Task FinishAsync(Store store, ApprovalRow row)
    {
        Assert.Equal(ApprovalAdding.Added, await store.Approvals.AddAsync(row, new ApprovalBounds(20, 1000, 1 << 30, 1 << 30)));
        Assert.True(await store.Approvals.ChangeAsync(row.Id, ApprovalState.Open, ApprovalState.Closed, Rows.Now));
        await store.Approvals.NoteAsync(row.Id, ApprovalState.Closed);
    }

    private static ApprovalRow Question(string party, int number) => new(
        $"{party} {number}", ApprovalKind.Call, Rows.Digest((byte)number), Rows.Digest((byte)party[0]), Rows.Digest(0), ApprovalState.Open, 1,
        Rows.Now.AddTicks(number), End, End.AddDays(1), Rows.Now, false, new byte[] { 1 });

    private static ApprovalAnswerRow Answer(byte person) => new(
        "ada 1", Rows.Digest(person), true, Rows.Now, End, "terminal", Rows.Digest(9), new byte[] { 1 }, false);

    private static QuarantinedResultRow Result(int number) => new(
        $"result {number}", Rows.Digest(0), Rows.Digest(1), "files", QuarantineState.Kept, Rows.Now, End, End, Rows.Now, 4, false, new byte[] { 1 },
        default);
}
