using System.Text.Json;
using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>One caller cannot use up the log or its queue for the others: neither by what it does nor by being refused.</summary>
[Trait("Requirement", "AU-06")]
public sealed class OwnerShareTests
{
    private readonly HandClock clock = new();
    private readonly FaultyFolder directory = new();

    [Fact]
    public async Task OneCallerWhoWritesWithoutEnd_IsRefused_AndOthersAreRecorded()
    {
        await using var log = Open(total: 1 << 20);
        var written = await WriteUntilSpentAsync(log, "mallory");
        Assert.InRange(log.Statistics.Bytes, 1, 2 * (((1 << 20) * 12 / 100) + (8 << 10))); // twice: the journal and the tree
        Assert.True(written > 100);
        Assert.True(log.IsAvailable);
        Assert.False(log.HasRoomFor("mallory"));
        Assert.True(log.HasRoomFor("alice"));
        await log.AppendDurableAsync(Act("alice"));
        await log.AppendDurableAsync(Act(null));
        // What was begun may end, so that no call looks as if the process had died in it.
        var before = log.Statistics.Entries;
        Assert.True(log.TryAppend(Act("mallory") with { Kind = AuditEntryKind.Ended, ClosesBegun = true, Name = "the-end" }));
        await log.FlushAsync();
        Assert.Equal(before + 1, log.Statistics.Entries);
        Assert.Contains("the-end", directory.SyncedText(), StringComparison.Ordinal);
    }

    // Threat: a payload is a thousand times as large as its entry.
    [Fact]
    public async Task OneCallerWithPayloads_IsRefusedAtItsPart_AndThoseOfOthersAreKept()
    {
        const int total = 40 << 20;
        await using var log = Open(total);
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
        {
            while (true) await log.AppendDurableAsync(WithPayload("mallory", 500_000));
        });
        Assert.True(refused.IsPartSpent);
        Assert.InRange(directory.TotalBytes, total / 20, total / 4);
        Assert.True(log.HasRoomFor("alice"));
        await log.AppendDurableAsync(WithPayload("alice", 500_000));
        Assert.Equal(0, log.Statistics.Lost);
    }

    [Fact]
    public async Task PayloadThatIsNotKept_IsNotCharged()
    {
        await using var log = Open(total: 40 << 20);
        await log.AppendDurableAsync(Act("alice"));
        directory.BeforeChange = static () => throw new IOException("the disk fails");
        for (var i = 0; i < 100; i++)
        {
            var failed = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(WithPayload("alice", 500_000)));
            Assert.False(failed.IsPartSpent);
        }

        directory.BeforeChange = null;
        await log.AppendDurableAsync(WithPayload("alice", 500_000));
    }

    [Fact]
    public async Task OneCallerAlone_NeverReachesTheBound_HoweverManyDays()
    {
        await using var log = Open(total: 8 << 20);
        var days = new List<int>();
        for (var day = 0; day < 40; day++)
        {
            days.Add(await WriteUntilSpentAsync(log, "mallory"));
            await log.PublishAsync();
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.True(days[0] > days[5] && days[5] > days[20], string.Join(' ', days));
        Assert.True(log.IsAvailable);
        await log.AppendDurableAsync(Act("alice"));
    }

    [Fact]
    public async Task ThePart_ComesBackWithinADay()
    {
        await using var log = Open(total: 1 << 20);
        var first = await WriteUntilSpentAsync(log, "mallory");
        clock.Advance(TimeSpan.FromHours(12));
        var half = await WriteUntilSpentAsync(log, "mallory");
        Assert.InRange(half, first / 3, (first * 2 / 3));
    }

    [Fact]
    public async Task TheOnlyOwnerOfAPersonalHost_HasTheWholeLog()
    {
        await using var log = Open(total: 64 << 10, share: 100);
        for (var i = 0; i < 10; i++)
        {
            var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
            {
                while (true) await log.AppendDurableAsync(Act("me"));
            });
            Assert.False(refused.IsPartSpent);
            await log.PublishAsync(); // makes room: entries are in the journal and in the tree until then
        }

        Assert.InRange(log.Statistics.Bytes, 48 << 10, 80 << 10); // the last tiles and the checkpoint may be above the bound
    }

    [Fact]
    public async Task RefusalsBeyondTheRate_AreCountedInOneEntry_ThatAgreesWithThem()
    {
        await using var log = Open(total: 64 << 20, burst: 10);
        for (var i = 0; i < 1000; i++)
        {
            if (i == 500) clock.Advance(TimeSpan.FromSeconds(3));
            Assert.True(log.TryAppend(Refused("mallory", i % 2 == 0 ? "GH4005" : "GH2002")));
        }

        Assert.True(log.TryAppend(Refused("alice", "GH4005")));
        Assert.Equal(987, log.Statistics.Joined);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(log.IsAvailable); // who asks after the log makes it write what is due
        await log.FlushAsync();
        var entries = Entries();
        Assert.Equal(14, entries.Count(e => e.GetProperty("kind").GetString() == "ended"));
        var joined = Assert.Single(entries, e => e.TryGetProperty("act", out var act) && act.GetString() == "entries.joined");
        Assert.Equal(("mallory", "987"), (joined.GetProperty("sub").GetString(), joined.GetProperty("entries").GetString()));
        Assert.Equal("1970-01-01T00:00:00.0000000Z", joined.GetProperty("first").GetString());
        Assert.Equal("1970-01-01T00:00:03.0000000Z", joined.GetProperty("last").GetString());
        var parts = joined.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("count").GetInt32());
        Assert.Equal(987, parts);
        Assert.Matches("^GH(4005|2002)=[0-9]+ GH(4005|2002)=[0-9]+$", joined.GetProperty("codes").GetString());
        Assert.Equal(0, log.Statistics.Lost);
    }

    [Fact]
    public async Task Strangers_HaveOnePartTogether_HoweverManyAddresses()
    {
        await using var log = Open(total: 1 << 20);
        for (var i = 0; i < 20_000; i++) Assert.True(log.TryAppend(Stranger("192.0.2." + i)));
        await log.FlushAsync();
        Assert.InRange(log.Statistics.Bytes, 1, 700 << 10);
        Assert.True(log.HasRoomFor("alice"));
        Assert.InRange(log.Statistics.Owners, 1, 16_400);
        await log.AppendDurableAsync(Act("alice"));
    }

    // An entry about a caller's question to a person names no issuer, and its owner is known nevertheless.
    [Fact]
    public async Task EntriesOfKnownOwners_DoNotDependOnThePartOfStrangers_WithOrWithoutAnIssuer()
    {
        await using var log = Open(total: 1 << 20);
        for (var i = 0; i < 20_000; i++) log.TryAppend(Stranger("192.0.2." + i));
        var spent = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Stranger("198.51.100.1")));
        Assert.True(spent.IsPartSpent);
        await log.AppendDurableAsync(Act(null) with { Owner = "alice" });
        await log.AppendDurableAsync(Act("alice"));
    }

    // A count each minute for each address would fill the log all the same: with the part of all strangers spent they are counted together.
    [Fact]
    public async Task Strangers_StayInTheirPart_HoweverLongTheyGoOn()
    {
        await using var log = Open(total: 8 << 20);
        for (var minute = 0; minute < 20; minute++)
        {
            for (var i = 0; i < 4000; i++) Assert.True(
                log.TryAppend(Stranger("2001:db8:" + i.ToString("x", System.Globalization.CultureInfo.InvariantCulture) + "::/64")));
            await log.FlushAsync();
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(log.Statistics.Bytes, 1, (8 << 20) / 2);
        await log.AppendDurableAsync(Act("alice"));
    }

    [Fact]
    public async Task OwnersWhoHaveOneAccountTogether_AreCountedInEntriesThatNameNobody()
    {
        await using var log = Open(total: 64 << 20, burst: 3);
        for (var i = 0; i < 20_000; i++) Assert.True(
            log.TryAppend(Refused("caller " + i.ToString(System.Globalization.CultureInfo.InvariantCulture), "GH4005")));
        Assert.InRange(log.Statistics.Owners, 16_384, 16_400);
        Assert.InRange(log.Statistics.Joined, 3000, 4000); // of those who came later the burst of one account is written
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(log.IsAvailable);
        await log.FlushAsync();
        var joined = Assert.Single(Entries(), e => e.TryGetProperty("act", out var act) && act.GetString() == "entries.joined");
        Assert.Equal(("many", log.Statistics.Joined.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (joined.GetProperty("peer").GetString(), joined.GetProperty("entries").GetString()));
        Assert.False(joined.TryGetProperty("sub", out _) || joined.TryGetProperty("iss", out _), joined.GetRawText());
        Assert.DoesNotContain("caller ", joined.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneCaller_CannotFillTheQueueForOthers()
    {
        var held = new FaultyFolder();
        await using var log = new GroupCommitLog(Options(64 << 20) with { MaxQueued = 100, RefusalBurst = 1000 }, held, new TestLogKeys());
        held.Hold = new ManualResetEventSlim(false);
        var first = Task.Run(async () => await log.AppendDurableAsync(Act("alice")), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => held.Text(isSynced: false).Length > 0, TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 500; i++) Assert.True(log.TryAppend(Refused("mallory", "GH4005")));
        var spent = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Act("mallory")));
        Assert.True(spent.IsPartSpent);
        Assert.Equal((12, 488), (log.Statistics.Queued, log.Statistics.Joined));
        var other = log.AppendDurableAsync(Act("bob")).AsTask();
        held.Hold.Set();
        await first;
        await other;
        Assert.Equal(0, log.Statistics.Lost);
    }

    [Fact]
    public async Task TheQueue_IsBoundedInBytes()
    {
        var held = new FaultyFolder();
        await using var log = new GroupCommitLog(Options(64 << 20) with { MaxQueuedBytes = 64 << 10 }, held, new TestLogKeys());
        held.Hold = new ManualResetEventSlim(false);
        var first = Task.Run(async () => await log.AppendDurableAsync(Act(null)), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => held.Text(isSynced: false).Length > 0, TimeSpan.FromMinutes(1)));
        var taken = Enumerable.Range(0, 1000).Count(_ => log.TryAppend(Act(null) with { Name = new string('n', 900) }));
        Assert.InRange(taken, 50, 70);
        Assert.Equal(1000 - taken, log.Statistics.Lost);
        Assert.InRange(log.Statistics.QueuedBytes, 64 << 10, (64 << 10) + 2048);
        held.Hold.Set();
        await first;
    }

    private async Task<int> WriteUntilSpentAsync(GroupCommitLog log, string who)
    {
        for (var count = 0; ; count++)
        {
            try
            {
                await log.AppendDurableAsync(Act(who));
            }
            catch (AuditUnavailableException e)
            {
                Assert.True(e.IsPartSpent, e.Message);
                return count;
            }
        }
    }

    private List<JsonElement> Entries() =>
        [.. directory.SyncedText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private GroupCommitLog Open(long total, int share = 12, int burst = 300) =>
        new(Options(total) with { CallerShare = () => share, RefusalBurst = burst }, directory, new TestLogKeys());

    private AuditLogOptions Options(long total) =>
        new() { Directory = "unused", PreallocateBytes = 4096, SegmentBytes = 64 << 10, MaxTotalBytes = total, Time = clock };

    private AuditEntry WithPayload(string who, int length) =>
        Act(who) with { Payload = new AuditPayload(Guid.NewGuid().ToString().PadRight(length, 'p'), AuditPayload.Whole, length) };

    private AuditEntry Act(string? who) => new()
    {
        Kind = AuditEntryKind.Begun,
        ExchangeId = "id",
        At = clock.GetUtcNow(),
        Method = "tools/call",
        Issuer = who is null ? null : "https://issuer",
        Subject = who,
        Owner = who,
    };

    private AuditEntry Stranger(string address) => Refused(null, "GH2001") with { Owner = address, IsOwnerStranger = true };

    private AuditEntry Refused(string? who, string code) =>
        Act(who) with
        {
            Kind = AuditEntryKind.Ended,
            Code = code,
            IsRefusal = true,
            Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, code)]
        };
}
