using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>Each attempt to authenticate is in exactly one entry, by itself or in a counted one, whatever happens to the log (ID-08).</summary>
[Trait("Requirement", "ID-08")]
public sealed class AttemptLedgerTests
{
    private static readonly string[] Reasons = ["Missing", "Malformed", "Expired", "AudienceMismatch", "SignatureInvalid"];

    private readonly HandClock clock = new();
    private readonly FaultyFolder folder = new();
    private readonly ConcurrentDictionary<string, long> made = new(StringComparer.Ordinal);

    [Fact]
    public async Task AFloodOfAHundredThousand_OfSeveralSourcesAndReasons_AddsUp()
    {
        await using (var log = Open(total: 64 << 20))
        {
            Attempt(log, 0, "Expired"); // one by itself, before the flood and after it
            Parallel.For(0, 100_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Attempt(log, i % 37, Reasons[i % Reasons.Length]));
            clock.Advance(TimeSpan.FromMinutes(2));
            Attempt(log, 0, "Revoked");
        }

        AssertSum();
        var counted = Entries().Where(entry => Act(entry) == "entries.joined").ToList();
        Assert.All(counted, entry => Assert.StartsWith("198.51.", entry.GetProperty("peer").GetString(), StringComparison.Ordinal));
        Assert.True(Entries().Count < 20_000); // most are counted
        var attempts = counted.SelectMany(entry => entry.GetProperty("attempts").EnumerateArray()).ToList();
        Assert.All(attempts, one => Assert.True(one.GetProperty("first").GetDateTimeOffset() <= one.GetProperty("last").GetDateTimeOffset()));
    }

    [Fact]
    public async Task MoreSourcesThanAreKept_AreCountedByNetwork_ThenTogether()
    {
        await using (var log = Open(total: 256 << 20, burst: 1, share: 50))
            for (var i = 0; i < 60_000; i++) Attempt(log, i % 30_000, "Missing");
        AssertSum();
        var sources = Entries().Where(entry => entry.TryGetProperty("attempts", out _)).Select(entry => entry.GetProperty("peer").GetString()!).ToHashSet();
        Assert.Contains("198.51.0.1", sources);
        Assert.Contains(sources, source => source.EndsWith("/24", StringComparison.Ordinal));
        Assert.DoesNotContain("198.51.117.0", sources); // came too late for an account of its own
        Assert.InRange(sources.Count, 1, 16_384 + 1024 + 2);
    }

    [Fact]
    public async Task MoreNetworksThanAreKept_AreCountedTogether()
    {
        await using (var log = Open(total: 256 << 20, burst: 1, share: 50))
        {
            for (var i = 0; i < 20_000; i++)
            {
                var network = string.Create(CultureInfo.InvariantCulture, $"10.{i / 256}.{i % 256}.0/24");
                for (var times = 0; times < 2; times++) Attempt(log, string.Create(CultureInfo.InvariantCulture, $"10.{i / 256}.{i % 256}.1"), network, "Missing");
            }
        }

        AssertSum();
        Assert.Contains(Entries(), entry => entry.TryGetProperty("peer", out var peer) && peer.GetString() == "many" && Act(entry) == "entries.joined");
    }

    [Fact]
    public async Task ALogThatFailsForAWhile_SaysHowManyAttemptsItLost()
    {
        await using (var log = Open(total: 64 << 20, burst: 20))
        {
            for (var i = 0; i < 500; i++) Attempt(log, i % 7, Reasons[i % Reasons.Length]);
            await log.FlushAsync();
            folder.FailSyncs = int.MaxValue;
            for (var i = 0; i < 5000; i++)
            {
                if (i % 100 == 0) clock.Advance(TimeSpan.FromSeconds(2)); // lets some be entries of their own, and looks at the log
                Attempt(log, i % 7, Reasons[i % Reasons.Length]);
                if (i % 500 == 0) await log.FlushAsync();
            }

            Assert.False(log.IsAvailable);
            Assert.True(log.Statistics.Lost > 0);
            folder.FailSyncs = 0;
            // A commit of the log's own thread may be under way, and then the volume is not looked at.
            Assert.True(SpinWait.SpinUntil(() => IsAvailableLater(log), TimeSpan.FromSeconds(30)));
            for (var i = 0; i < 500; i++) Attempt(log, i % 7, Reasons[i % Reasons.Length]);
        }

        AssertSum();
        var gaps = Entries().Where(entry => Act(entry) == "log.gap").ToList();
        Assert.NotEmpty(gaps);
        Assert.All(gaps, gap => Assert.Equal("many", gap.GetProperty("peer").GetString()));
        Assert.All(gaps, gap => Assert.True(gap.GetProperty("attempts").EnumerateArray().Sum(Count) > 0));
    }

    private bool IsAvailableLater(GroupCommitLog log)
    {
        clock.Advance(TimeSpan.FromSeconds(2));
        return log.IsAvailable;
    }

    [Fact]
    public async Task AFolderThatCannotBeOpened_LosesNoCountOfAttempts()
    {
        folder.ReadOnly = true;
        await using (var log = Open(total: 64 << 20, burst: 5))
        {
            for (var i = 0; i < 300; i++) Attempt(log, 1, "Expired");
            folder.ReadOnly = false;
            clock.Advance(TimeSpan.FromMinutes(2));
            Assert.True(log.IsAvailable);
            Attempt(log, 1, "Expired");
        }

        AssertSum();
    }

    [Fact]
    public async Task AQueueThatIsFull_CountsTheAttemptsItTurnsAway()
    {
        var options = Options(64 << 20) with { MaxQueued = 50, CallerShare = static () => 100 };
        await using (var log = new GroupCommitLog(options, folder, new TestLogKeys()))
        {
            folder.Hold = new ManualResetEventSlim(false);
            var before = Refused(1, "Missing") with { Attempts = [] };
            var first = Task.Run(async () => await log.AppendDurableAsync(before), TestContext.Current.CancellationToken);
            Assert.True(SpinWait.SpinUntil(() => folder.Text(isSynced: false).Contains("ended", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
            for (var i = 0; i < 200; i++) Attempt(log, i, "Missing");
            Assert.True(log.Statistics.Lost > 0);
            folder.Hold.Set();
            await first;
        }

        AssertSum();
    }

    // The caller of a durable append learns that it failed, and has the attempt still in hand.
    [Fact]
    public async Task AnAttemptThatAnAwaitedEntryCouldNotHold_IsNotCountedTwice()
    {
        await using (var log = Open(total: 64 << 20))
        {
            folder.FailSyncs = int.MaxValue;
            var entry = Refused(1, "Expired") with { Kind = AuditEntryKind.Begun, IsRefusal = false };
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(entry));
            folder.FailSyncs = 0;
            Attempt(log, 1, "Expired");
        }

        AssertSum();
    }

    [Fact]
    public async Task OnlyCountedAttempts_AreWrittenOnceAMinute_AndAtTheEnd_NotAtEachFlush()
    {
        await using (var log = Open(total: 64 << 20))
        {
            for (var i = 0; i < 40; i++)
            {
                Accepted(log, "account 1000");
                await log.FlushAsync(); // as each search of the log does
            }

            Assert.DoesNotContain(Entries(), entry => Act(entry) == "attempts.counted");
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.True(log.IsAvailable);
            await log.FlushAsync();
            var counted = Assert.Single(Entries(), entry => Act(entry) == "attempts.counted");
            Assert.Equal("account 1000", counted.GetProperty("peer").GetString());
            Assert.False(counted.TryGetProperty("entries", out _));
            var attempt = Assert.Single(counted.GetProperty("attempts").EnumerateArray());
            Assert.Equal(("control", "pass", 40L),
                (attempt.GetProperty("place").GetString(), attempt.GetProperty("outcome").GetString(), Count(attempt)));
            Assert.Equal(0, log.Statistics.Joined);
            Accepted(log, "account 1000");
        }

        Assert.Equal(2, Entries().Count(entry => Act(entry) == "attempts.counted"));
        AssertSum();
    }

    // What a kill takes is the open window: the counts of at most a minute.
    [Fact]
    public async Task AfterPowerLoss_OnlyTheOpenWindowIsMissing()
    {
        var log = Open(total: 64 << 20, burst: 1);
        for (var i = 0; i < 100; i++) Attempt(log, 1, "Expired");
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(log.IsAvailable);
        await log.FlushAsync();
        var before = made.Values.Sum();
        for (var i = 0; i < 30; i++) Accepted(log, "account 1000");
        Assert.Equal(before, Entries().Sum(Attempts)); // only what was synced
        await log.DisposeAsync();
    }

    [Fact]
    public void AllPlacesAndReasonsTogether_FitIntoOneEntry_AndAreNeverCut()
    {
        var tally = new AttemptTally();
        var (at, sum) = (clock.GetUtcNow(), 0L);
        foreach (var place in Enum.GetValues<AttemptPlace>())
        {
            foreach (var reason in AttemptReasons.All.Append(null))
            {
                tally.Add([new AuditAttempt(place, reason) { Count = 1_000_000_000_000 }], at);
                sum += 1_000_000_000_000;
            }
        }

        var entry = new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "id",
            At = at,
            Attempts = tally.ToList(),
            Parts = [.. Enumerable.Repeat(new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, new string('r', 1000), new string('<', 1000)), 128)],
        };
        var bytes = AuditEntryFormat.Bytes(entry, 1);
        Assert.InRange(bytes.Length, 1, AuditEntryFormat.MostBytes);
        var written = JsonDocument.Parse(bytes).RootElement;
        Assert.True(written.GetProperty("cut").GetBoolean());
        Assert.Equal(sum, Attempts(written));
        Assert.InRange(tally.ToList().Count, 1, AttemptTally.MostCounts + (2 * Enum.GetValues<AttemptPlace>().Length));
    }

    [Fact]
    public void AReasonThatIsNotInTheList_IsOther() =>
        Assert.Equal((AttemptReasons.Other, "Expired", null),
            (new AuditAttempt(AttemptPlace.Mcp, "whatever").Refusal, new AuditAttempt(AttemptPlace.Mcp, "Expired").Refusal,
            new AuditAttempt(AttemptPlace.Mcp, null).Refusal));

    private void Attempt(GroupCommitLog log, int source, string reason)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"198.51.{source / 256}.{(source % 256) + 1}");
        Attempt(log, address, string.Create(CultureInfo.InvariantCulture, $"198.51.{source / 256}.0/24"), reason);
    }

    private void Attempt(GroupCommitLog log, string address, string network, string reason)
    {
        made.AddOrUpdate("mcp deny " + reason, 1, static (_, count) => count + 1);
        log.TryAppend(Refused(0, reason) with { Owner = address, OwnerNetwork = network, Peer = address });
    }

    private void Accepted(GroupCommitLog log, string account)
    {
        made.AddOrUpdate("control pass ", 1, static (_, count) => count + 1);
        log.TryAppend(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "id",
            At = clock.GetUtcNow(),
            Attempts = [new AuditAttempt(AttemptPlace.Control, null)],
            Owner = account,
            Peer = account,
            IsOnlyCounted = true,
        });
    }

    private void AssertSum()
    {
        var found = Entries().Where(entry => entry.TryGetProperty("attempts", out _)).SelectMany(entry => entry.GetProperty("attempts").EnumerateArray())
            .GroupBy(one => $"{one.GetProperty("place").GetString()} {one.GetProperty("outcome").GetString()} {(one.TryGetProperty("reason", out var why) ? why.GetString() : "")}")
            .ToDictionary(group => group.Key, group => group.Sum(Count), StringComparer.Ordinal);
        Assert.Equal(made.OrderBy(one => one.Key, StringComparer.Ordinal), found.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    private static long Attempts(JsonElement entry) =>
        entry.TryGetProperty("attempts", out var attempts) ? attempts.EnumerateArray().Sum(Count) : 0;

    private static long Count(JsonElement attempt) => attempt.TryGetProperty("count", out var count) ? count.GetInt64() : 1;

    private static string? Act(JsonElement entry) => entry.TryGetProperty("act", out var act) ? act.GetString() : null;

    private List<JsonElement> Entries() =>
        [.. folder.SyncedText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private GroupCommitLog Open(long total, int share = 12, int burst = 300) =>
        new(Options(total) with { CallerShare = () => share, RefusalBurst = burst }, folder, new TestLogKeys());

    private AuditLogOptions Options(long total) =>
        new() { Directory = "unused", PreallocateBytes = 4096, SegmentBytes = 16 << 20, MaxTotalBytes = total, Time = clock };

    private AuditEntry Refused(int source, string reason) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = "id",
        At = clock.GetUtcNow(),
        Owner = source,
        Code = "GH2002",
        IsRefusal = true,
        Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, reason)],
        Attempts = [new AuditAttempt(AttemptPlace.Mcp, reason)],
    };
}
