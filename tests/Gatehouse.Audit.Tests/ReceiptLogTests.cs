using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Tests;

/// <summary>The log promises what is on stable storage, at the index where it is, and nothing else.</summary>
[Trait("Requirement", "AU-02")]
public sealed class ReceiptLogTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();
    private readonly HandClock clock = new();

    [Fact]
    public async Task EachReceipt_NamesTheIndexAndHashOfItsEntry_WhoeverElseWrites()
    {
        var receipts = new List<(string Id, Receipt Receipt)>();
        await using (var log = Open())
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 400), TestContext.Current.CancellationToken, async (i, _) =>
            {
                if (i % 3 == 0) log.TryAppend(Entry($"other{i}") with { Receipt = null });
                var receipt = Read(await log.AppendPromisedAsync(Entry($"e{i}")));
                lock (receipts) receipts.Add(($"e{i}", receipt));
            });
        }

        var tree = LogTree.Read(folder, "log-0001", keys);
        Assert.Equal(400, receipts.Select(one => one.Receipt.Index).Distinct().Count());
        Assert.All(receipts, one =>
        {
            Assert.Equal(one.Id, tree.Json[(int)one.Receipt.Index].GetProperty("id").GetString());
            Assert.Equal(MerkleTree.Leaf(tree.Entries[(int)one.Receipt.Index]), one.Receipt.Leaf);
            Assert.Equal(("log.example/1", TimeSpan.FromDays(1), Call), (one.Receipt.Origin, one.Receipt.Limit, one.Receipt.Call.ToString()));
        });
        Assert.Equal(Call, tree.Json[(int)receipts[0].Receipt.Index].GetProperty("receipt").GetProperty("call").GetString());
    }

    [Fact]
    public async Task PromisedEntry_IsThereAfterAnyEndOfTheProcess()
    {
        var promised = new List<Receipt>();
        var after = folder;
        for (var run = 0; run < 6; run++)
        {
            var log = new GroupCommitLog(Options(), after, keys);
            for (var i = 0; i < 20; i++)
            {
                promised.Add(Read(await log.AppendPromisedAsync(Entry($"{run}-{i}"))));
                log.TryAppend(Entry("lost") with { Receipt = null }); // it may be lost: nothing was promised of it
            }

            after.BeforeChange = static () => throw new IOException("the power is off");
            await log.DisposeAsync();
            after = after.AfterPowerLoss(new Random(run));
        }

        await new GroupCommitLog(Options(), after, keys).DisposeAsync();
        var tree = LogTree.Read(after, "log-0001", keys);
        Assert.All(promised, receipt => Assert.Equal(MerkleTree.Leaf(tree.Entries[(int)receipt.Index]), receipt.Leaf));
    }

    [Fact]
    public async Task CommitThatFails_GivesNoReceipt_AndTheNextOneHasTheRightIndex()
    {
        await using var log = Open();
        folder.FailSyncs = 1;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendPromisedAsync(Entry("failed")));
        var receipt = Read(await log.AppendPromisedAsync(Entry("good")));
        await log.PublishAsync();
        Assert.Equal("good", LogTree.Read(folder, "log-0001", keys).Json[(int)receipt.Index].GetProperty("id").GetString());
    }

    [Fact]
    public async Task LogThatIsClosed_PromisesNothing()
    {
        var log = Open();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendPromisedAsync(Entry("late")));
    }

    [Fact]
    public async Task Receipts_OfOneOwner_AreBoundedByARate()
    {
        await using var log = Open();
        Assert.Equal(500, Enumerable.Range(0, 700).Count(_ => log.TryCountReceipt("alice")));
        Assert.True(log.TryCountReceipt("bob"));
        Assert.True(log.TryCountReceipt(null));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(100, Enumerable.Range(0, 700).Count(_ => log.TryCountReceipt("alice")));
    }

    [Fact]
    public async Task ReceiptsOfRefusals_AreTwoRefusalsEach_AndTakeNothingFromPermittedCalls()
    {
        await using var log = Open();
        Assert.Equal(150, Enumerable.Range(0, 700).Count(_ => log.TryCountReceipt("alice", isRefusal: true)));
        Assert.True(log.TryCountReceipt("alice"));
        Assert.True(log.TryCountReceipt("bob", isRefusal: true));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, Enumerable.Range(0, 700).Count(_ => log.TryCountReceipt("alice", isRefusal: true)));
    }

    private static string Call => Convert.ToBase64String(new byte[32]);

    private static AuditEntry Entry(string id) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = id,
        At = DateTimeOffset.UnixEpoch,
        Receipt = new PromisedCall(Call, "AAAAAAAAAAAAAAAAAAAAAA=="),
    };

    private GroupCommitLog Open() => new(Options(), folder, keys);

    private AuditLogOptions Options() => new() { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 64 << 10, Time = clock };

    private Receipt Read(string note)
    {
        var signed = SignedNote.Parse(Encoding.UTF8.GetBytes(note))!;
        Assert.Equal(keys.Public, signed.Verified(keys.Public)!);
        Assert.True(Receipt.TryParse(signed.Text, out var receipt));
        return receipt;
    }
}
