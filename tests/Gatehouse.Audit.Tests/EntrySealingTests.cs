using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>Entries whose personal facts cannot be sealed: who is refused, what is reported, and where the lock is not held meanwhile.</summary>
[Trait("Requirement", "DP-03")]
[Trait("Requirement", "AU-06")]
public sealed class EntrySealingTests
{
    private readonly HandClock clock = new();
    private readonly FaultyFolder directory = new();
    private readonly Protector protector = new();

    [Fact]
    public async Task ATableOfKeysThatCannotBeWritten_MakesTheLogUnavailable_UntilItCan()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Act("alice"));
        protector.Broken = _ => true;
        protector.Table = "the table is read-only";
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Act("bob")));
        Assert.False(log.IsAvailable);
        Assert.Equal("the table is read-only", log.WhyUnavailable);
        (protector.Broken, protector.Table) = (_ => false, null);
        Assert.False(log.IsAvailable); // at most one look a second
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(log.IsAvailable);
        await log.AppendDurableAsync(Act("bob"));
        Assert.Equal(1, log.Statistics.Lost);
    }

    [Fact]
    public async Task ADamagedKeyOfOnePerson_LeavesTheLogToOthers()
    {
        await using var log = Open();
        protector.Broken = entry => entry.Subject == "bob";
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Act("bob")));
        Assert.True(log.IsAvailable);
        Assert.Equal(1, protector.Looks);
        Assert.True(log.IsAvailable);
        Assert.Equal(1, protector.Looks); // once for a failure
        await log.AppendDurableAsync(Act("alice"));
    }

    [Fact]
    public async Task CountsAreSealed_WhileOthersCommit()
    {
        await using var log = Open();
        for (var i = 0; i < 3; i++) Assert.True(log.TryAppend(Refused("mallory")));
        Assert.Equal(2, log.Statistics.Joined);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var sealing = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        protector.Before = entry =>
        {
            if (entry.Kind != AuditEntryKind.Control) return;
            sealing.Set();
            Assert.True(go.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        };
        var counting = Task.Run(() => log.TryAppend(Refused("mallory")), TestContext.Current.CancellationToken);
        Assert.True(sealing.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        await log.AppendDurableAsync(Act("alice")); // would not end before the count if that were sealed under the lock
        Assert.False(counting.IsCompleted);
        go.Set();
        Assert.True(await counting);
        await log.FlushAsync();
        Assert.Contains("entries.joined", directory.SyncedText(), StringComparison.Ordinal);
    }

    // A count that is sealed by one thread is in no batch: neither a search nor the end of the log may miss it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACountThatIsBeingSealed_IsWaitedFor(bool isClosed)
    {
        var log = Open();
        await using var owned = log;
        for (var i = 0; i < 3; i++) Assert.True(log.TryAppend(Refused("mallory")));
        clock.Advance(TimeSpan.FromMinutes(1));
        using var sealing = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        protector.Before = entry =>
        {
            if (entry.Kind != AuditEntryKind.Control) return;
            sealing.Set();
            Assert.True(go.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        };
        var counting = Task.Run(() => log.TryAppend(Refused("mallory")), TestContext.Current.CancellationToken);
        Assert.True(sealing.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        var ending = new Thread(() => EndAsync().GetAwaiter().GetResult());
        ending.Start();
        // It waits for the count, or has missed it already.
        Assert.True(SpinWait.SpinUntil(() => !ending.IsAlive || ending.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromMinutes(1)));
        go.Set();
        ending.Join();
        await counting;
        Assert.Contains("entries.joined", directory.SyncedText(), StringComparison.Ordinal);

        async Task EndAsync()
        {
            if (isClosed) await log.DisposeAsync();
            else await log.FlushAsync();
        }
    }

    [Fact]
    public async Task ACountThatCannotBeSealed_IsALoss_ThatTheLogReports()
    {
        await using var log = Open();
        for (var i = 0; i < 3; i++) Assert.True(log.TryAppend(Refused("mallory")));
        protector.Broken = entry => entry.Kind == AuditEntryKind.Control;
        await log.FlushAsync();
        Assert.DoesNotContain("entries.joined", directory.SyncedText(), StringComparison.Ordinal);
        Assert.Contains("log.gap", directory.SyncedText(), StringComparison.Ordinal);
        Assert.Equal(1, log.Statistics.Lost);
    }

    // Attempts that are only counted, and for less than a minute, are taken by the end of the log and not by the flush before it.
    [Fact]
    public async Task ACountThatCannotBeSealedAtTheEnd_IsReportedBeforeTheLogCloses()
    {
        await using (var log = Open())
        {
            Assert.True(log.TryAppend(Refused("mallory") with { IsOnlyCounted = true }));
            await log.FlushAsync();
            protector.Broken = entry => entry.Kind == AuditEntryKind.Control;
        }

        Assert.Contains("log.gap", directory.SyncedText(), StringComparison.Ordinal);
    }

    // What is sealed is bound to the id of its entry. A count has both of its first entry, whatever was only counted before.
    [Fact]
    public async Task ACount_HasTheIdAndTheSealedFactsOfItsFirstEntry()
    {
        await using var log = Open();
        AuditEntry Of(string id) => Refused("mallory") with { ExchangeId = id, Personal = [new SealedFacts("pseudonym", $"box of {id}")] };
        Assert.True(log.TryAppend(Of("stream") with { IsOnlyCounted = true }));
        foreach (var id in (string[])["first", "second", "third"]) Assert.True(log.TryAppend(Of(id)));
        await log.FlushAsync();
        var text = directory.SyncedText();
        Assert.Contains("entries.joined", text, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"second\"", text, StringComparison.Ordinal);
        Assert.Contains("box of second", text, StringComparison.Ordinal);
        Assert.DoesNotContain("box of stream", text, StringComparison.Ordinal);
    }

    // The committer has ended: no batch of a closed log becomes durable, and nothing may wait for one.
    [Fact]
    public async Task AnEntryAfterTheEnd_IsLost_AndNothingWaitsForIt()
    {
        var log = Open();
        await log.DisposeAsync();
        Assert.False(log.TryAppend(Refused("mallory")));
        await log.FlushAsync();
        await log.DisposeAsync();
        Assert.Equal(1, log.Statistics.Lost);
    }

    private GroupCommitLog Open() => new(
        new AuditLogOptions { Directory = "unused", PreallocateBytes = 4096, SpareBytes = 0, Time = clock, Protector = protector, RefusalBurst = 1 },
        directory, new TestLogKeys());

    private AuditEntry Act(string who) => new()
    {
        Kind = AuditEntryKind.Begun,
        ExchangeId = "id",
        At = clock.GetUtcNow(),
        Method = "tools/call",
        Issuer = "https://issuer",
        Subject = who,
        Owner = who,
    };

    private AuditEntry Refused(string who) => Act(who) with { Kind = AuditEntryKind.Ended, Code = "GH4005", IsRefusal = true };

    private sealed class Protector : IEntryProtector
    {
        public Func<AuditEntry, bool> Broken { get; set; } = _ => false;

        public Action<AuditEntry> Before { get; set; } = _ => { };

        public string? Table { get; set; }

        public int Looks { get; private set; }

        public AuditEntry Protect(AuditEntry entry)
        {
            Before(entry);
            return Broken(entry) ? throw new AuditUnavailableException("sealed") : entry with { Subject = null };
        }

        public string? Fault()
        {
            Looks++;
            return Table;
        }
    }
}
