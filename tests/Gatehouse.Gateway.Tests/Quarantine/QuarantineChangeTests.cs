using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>Restart, faults and erasure: a result is handed out at most once, and never in place of its entry.</summary>
[Trait("Requirement", "PI-04")]
[Trait("NoRetry", "yes")]
public sealed class QuarantineChangeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeptAndReleasedResults_OutliveARestart(bool isReleased)
    {
        await using var site = await WithholdingSite.StartAsync();
        string id;
        await using (var first = await WithholdingGateway.StartAsync(site))
        {
            id = await WithholdingGateway.WithheldAsync(await first.BeginAsync());
            if (isReleased) await first.ReleasedAsync(id);
        }

        await using var second = await WithholdingGateway.StartAsync(site);
        var era = await second.BeginAsync();
        if (!isReleased) await second.ReleasedAsync(id);
        Assert.Equal(WithholdingGateway.Likely, WithholdingGateway.TextOf(await WithholdingGateway.CallAsync(era)));
        Assert.Single(site.Upstream.Of("tools/call"));
        Assert.Equal(["kept", "shown", "released", "delivered"], second.Acts());
    }

    // A process that was killed after the act in the store and before the entry. The next one writes the entry before it serves. A result that was
    // taken is handed out no more: the answer is lost, and no call gets it twice.
    [Theory]
    [InlineData("kept")]
    [InlineData("released")]
    [InlineData("delivered")]
    [InlineData("deleted")]
    public async Task EntryThatACrashPrevented_IsWrittenAtTheNextStart(string step)
    {
        await using var site = await WithholdingSite.StartAsync();
        var data = new TemporaryStore();
        var store = data.Open(TimeProvider.System);
        string id;
        await using (var first = await WithholdingGateway.StartAsync(site, store: data.Open(TimeProvider.System)))
        {
            id = await WithholdingGateway.WithheldAsync(await first.BeginAsync());
            if (step == "delivered") await first.ReleasedAsync(id);
        }

        var now = DateTimeOffset.UtcNow;
        if (step == "released") Assert.NotNull(await store.Quarantine.ReleaseAsync(id, new byte[1], now.AddHours(1), now));
        if (step == "delivered") Assert.NotNull(await store.Quarantine.DeliverAsync(id, now));
        if (step == "deleted") Assert.NotNull(await store.Quarantine.DeleteAsync(id, new byte[1], now));
        if (step == "kept")
        {
            var row = (await store.Quarantine.FindAsync(id, now))! with { Id = "qua-0000000000", State = QuarantineState.Kept, Release = default };
            await store.Quarantine.AddAsync(row, new byte[row.Size], new QuarantineBounds(9, 1 << 20, 9, 1 << 20, 9, 1 << 20));
        }

        await using var second = await WithholdingGateway.StartAsync(site, store: data.Open(TimeProvider.System));
        var entry = Assert.Single(second.Entries(), one =>
            one.GetProperty("act").GetString() == "quarantine." + step && one.TryGetProperty("recovered", out _));
        Assert.Equal("yes", entry.GetProperty("recovered").GetString());
        Assert.Empty(await store.Quarantine.UnnotedAsync());
        if (step != "delivered") return;
        site.Upstream.OnResult("tools/call", WithholdingGateway.Result("a new call"));
        var era = new Era(second.Gateway, true, "alice");
        Assert.Equal("a new call", WithholdingGateway.TextOf(await WithholdingGateway.CallAsync(era)));
    }

    public static TheoryData<string, bool> Faults()
    {
        TheoryData<string, bool> rows = [];
        foreach (var act in new[] { "add", "note", "find", "find-released", "deliver" })
        {
            rows.Add(act, true);
            rows.Add(act, false);
        }

        return rows;
    }

    // Whatever fails, done or not: nothing of the result reaches the caller before its entry, it is handed out at most once, and a call for which a
    // released result waits is not forwarded in its place.
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task StoreFault_AtEachStep_HandsNothingOutTwice_AndForwardsNothingInItsPlace(string act, bool isDone)
    {
        FailingQuarantine? failing = null;
        await using var gateway = await WithholdingGateway.StartAsync(replace: FailingQuarantine.Around(one => failing = one));
        var era = await gateway.BeginAsync();
        failing!.IsDone = isDone;
        failing.Failing = act;
        var first = WithholdingGateway.Code(await WithholdingGateway.CallAsync(era));
        Assert.Contains(first, (string[])["GH8005", "GH8007"]);
        failing.Failing = "";
        await gateway.SweptAsync();
        var kept = await gateway.RowsAsync(QuarantineState.Kept);
        var id = kept.Count > 0 ? kept[0].Id : await WithholdingGateway.WithheldAsync(era);
        await gateway.ReleasedAsync(id);
        var before = gateway.Forwarded.Count;
        failing.Failing = act;
        var answer = await WithholdingGateway.CallAsync(era);
        Assert.Equal(before, gateway.Forwarded.Count);
        failing.Failing = "";
        await gateway.SweptAsync();
        gateway.Upstream.OnResult("tools/call", WithholdingGateway.Result("a new call"));
        var again = await WithholdingGateway.CallAsync(era);
        var handed = new[] { answer, again }.Count(static one =>
            one.TryGetProperty("result", out _) && WithholdingGateway.TextOf(one) == WithholdingGateway.Likely);
        Assert.InRange(handed, 0, 1);
        Assert.True(again.TryGetProperty("result", out _), "once the store works again, a call gets through");
        // An entry whose mark is lost is written once more, as recovered.
        Assert.InRange(gateway.Entries().Count(static one =>
            one.GetProperty("act").GetString() == "quarantine.delivered" && !one.TryGetProperty("recovered", out _)), handed, 1);
    }

    // The log breaks: nothing is kept without its entry, and what is released is not handed out without it.
    [Fact]
    public async Task LogThatBreaks_LetsNothingOut()
    {
        var log = new BrokenControlLog();
        await using var gateway = await WithholdingGateway.StartAsync(audit: log);
        var era = await gateway.BeginAsync();
        log.IsBroken = true;
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(era)));
        log.IsBroken = false;
        await gateway.SweptAsync();
        var id = Assert.Single(await gateway.RowsAsync(QuarantineState.Kept)).Id; // it is kept, and its entry came later
        var facts = new ReleaseFacts("https://login.example", "carol", "", (await gateway.Book.ShowAsync(id, default))!.Facts!.Findings);
        await gateway.Book.ReleaseAsync(id, facts, TimeSpan.FromHours(1), CancellationToken.None);
        log.IsBroken = true;
        var forwarded = gateway.Forwarded.Count;
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(era)));
        Assert.Equal(forwarded, gateway.Forwarded.Count);
        log.IsBroken = false;
        await gateway.SweptAsync();
        Assert.Equal(["quarantine.kept", "quarantine.released", "quarantine.delivered"], log.Acts());
    }

    [Fact]
    public async Task ErasureOfTheCaller_DeletesContentAndFacts()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        var kept = await WithholdingGateway.WithheldAsync(alice);
        var released = await WithholdingGateway.WithheldAsync(alice, "{\"amount\":11}");
        await gateway.ReleasedAsync(released);
        var others = await WithholdingGateway.WithheldAsync(bob);
        await gateway.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer(gateway), "alice"), new PersonLookup(true, true));
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        foreach (var id in new[] { kept, released })
        {
            var content = (await gateway.Book.ShowAsync(id, CancellationToken.None))!;
            Assert.Equal((QuarantineState.Deleted, 0, null, null), (content.Row.State, content.Row.Sealed.Length, content.Facts, content.Message));
        }

        Assert.NotNull((await gateway.Book.ShowAsync(others, CancellationToken.None))!.Message);
        Assert.Equal("not-readable", (await gateway.ShowAsync(kept)).Refusal?.Why);
        Assert.Equal(2, gateway.Acts().Count(static act => act == "deleted"));
        Assert.DoesNotContain(gateway.Entries(), static entry => entry.TryGetProperty("recovered", out _));
    }

    // No one can be asked about the release any more.
    [Fact]
    public async Task ErasureOfThePersonWhoReleased_DeletesTheResult()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var era = await gateway.BeginAsync();
        var id = await WithholdingGateway.WithheldAsync(era);
        await gateway.ReleasedAsync(id);
        await gateway.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer(gateway), "carol"), new PersonLookup(true, true));
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        Assert.Equal(QuarantineState.Deleted, (await gateway.RowAsync(id)).State);
        gateway.Upstream.OnResult("tools/call", WithholdingGateway.Result("a new call"));
        Assert.Equal("a new call", WithholdingGateway.TextOf(await WithholdingGateway.CallAsync(era)));
    }

    // A row that a later build stored, before the way back to this one.
    [Fact]
    public async Task RowOfAnotherBuild_KeepsNoOtherRowFromBeingListedOrExpired_AndIsNotHandedOut()
    {
        var (data, clock) = (new TemporaryStore(), new ManualTimeProvider());
        var store = data.Open(clock);
        await using var gateway = await WithholdingGateway.StartAsync(time: clock, store: data.Open(clock));
        var era = await gateway.BeginAsync();
        var (id, boxes) = (await WithholdingGateway.WithheldAsync(era), gateway.Gateway.Host.Core.Services.PayloadBoxes);
        var (alice, now, other) = (new SubjectOwner(Issuer(gateway), "alice"), clock.GetUtcNow(), "qua-0000000000");
        var row = await gateway.RowAsync(id);
        var sealedForm = Encoding.UTF8.GetBytes(boxes.Seal(alice, now, other, "{}"u8));
        await store.Quarantine.AddAsync(row with { Id = other, Sealed = sealedForm, Digest = new byte[32] }, new byte[row.Size],
            new QuarantineBounds(9, 1 << 20, 9, 1 << 20, 9, 1 << 20));
        var release = Encoding.UTF8.GetBytes(boxes.Seal(new SubjectOwner(Issuer(gateway), "carol"), now, id + "/release", "{}"u8));
        Assert.NotNull(await store.Quarantine.ReleaseAsync(id, release, now.AddHours(1), now));
        gateway.Book.Released.Add(id, alice.Issuer, alice.Subject); // as after a start
        Assert.Equal([id, other], (await gateway.ListAsync()).Select(static one => one.Id).Order(StringComparer.Ordinal).Reverse());
        await gateway.SweptAsync();
        Assert.Empty(await store.Quarantine.UnnotedAsync());
        await gateway.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer(gateway), "dora"), new PersonLookup(true, true));
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        Assert.Equal(QuarantineState.Released, (await gateway.RowAsync(id)).State); // no one of it was erased
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(era)));
        Assert.Contains("\"why\":\"not-readable\"", gateway.Entries()[^1].GetRawText(), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromDays(7));
        await gateway.SweptAsync();
        Assert.Equal(QuarantineState.Expired, (await gateway.RowAsync(other)).State);
    }

    [Fact]
    public async Task CaseOfAnErasedPerson_IsDeleted()
    {
        await using var gateway = await WithholdingGateway.StartAsync();
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        Assert.Null((await gateway.ReleaseAsync(await WithholdingGateway.WithheldAsync(alice), falseAlarm: true)).Refusal?.Why);
        Assert.Null((await gateway.ReleaseAsync(await WithholdingGateway.WithheldAsync(bob), falseAlarm: true)).Refusal?.Why);
        var cases = gateway.Gateway.Host.Core.Services.QuarantineCases;
        Assert.Equal(2, cases.List().Count);
        await gateway.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer(gateway), "alice"), new PersonLookup(true, true));
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        Assert.Single(cases.List());
        Assert.Single(Directory.GetFiles(gateway.Gateway.Host.State.QuarantineCases));
    }

    // The keys of the person are gone, and the disk refuses the first run. The person is not forgotten with it.
    [Theory]
    [InlineData("alice", "erase")]
    [InlineData("carol", "list")]
    public async Task ErasureThatFailed_IsDoneByTheNextSweep(string person, string act)
    {
        FailingQuarantine? failing = null;
        await using var gateway = await WithholdingGateway.StartAsync(replace: FailingQuarantine.Around(one => failing = one));
        var id = await WithholdingGateway.WithheldAsync(await gateway.BeginAsync());
        await gateway.ReleasedAsync(id);
        failing!.Failing = act;
        await gateway.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer(gateway), person), new PersonLookup(true, true));
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        Assert.Equal(QuarantineState.Released, (await gateway.RowAsync(id)).State);
        failing.Failing = "";
        await gateway.SweptAsync();
        Assert.Equal(QuarantineState.Deleted, (await gateway.RowAsync(id)).State);
    }

    // Threat: a caller uses up the part of the log that its calls have. Its results outlive their time, and those of others too.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallerWhosePartOfTheLogIsSpent_KeepsNoResultFromExpiring(bool isRefusedAltogether)
    {
        var (log, clock) = (new BrokenControlLog(), new ManualTimeProvider());
        await using var gateway = await WithholdingGateway.StartAsync(audit: log, time: clock);
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        var first = await WithholdingGateway.WithheldAsync(alice);
        log.Refuses = entry => entry.Owner is CallerPartition party && party == CallerPartition.Of(Issuer(gateway), "alice")
            && (isRefusedAltogether || !entry.ClosesBegun);
        Assert.Equal("GH8005", WithholdingGateway.Code(await WithholdingGateway.CallAsync(alice))); // kept, and its entry is missing
        var others = await WithholdingGateway.WithheldAsync(bob);
        clock.Advance(TimeSpan.FromDays(7));
        await gateway.SweptAsync();
        foreach (var id in new[] { first, others }) Assert.Equal(QuarantineState.Expired, (await gateway.RowAsync(id)).State);
        Assert.Equal(isRefusedAltogether ? 1 : 3, log.Acts().Count(static act => act == "quarantine.expired"));
        Assert.Equal(isRefusedAltogether ? 2 : 3, log.Acts().Count(static act => act == "quarantine.kept"));
        log.Refuses = static _ => false;
        await gateway.SweptAsync();
        Assert.Equal(3, log.Acts().Count(static act => act == "quarantine.expired"));
    }

    [Fact]
    public async Task ResultWhoseEntryCannotBeWritten_KeepsNoOtherReleaseFromBeingWithdrawn()
    {
        var log = new BrokenControlLog();
        await using var gateway = await WithholdingGateway.StartAsync(audit: log);
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        string[] ids = [await WithholdingGateway.WithheldAsync(alice), await WithholdingGateway.WithheldAsync(bob)];
        foreach (var id in ids)
        {
            var facts = new ReleaseFacts("https://login.example", "carol", "", (await gateway.Book.ShowAsync(id, default))!.Facts!.Findings);
            await gateway.Book.ReleaseAsync(id, facts, TimeSpan.FromHours(1), CancellationToken.None);
        }

        log.Refuses = entry => entry.Owner is CallerPartition party && party == CallerPartition.Of(Issuer(gateway), "alice");
        await gateway.Gateway.Host.Revocations.RevokeSubjectAsync("https://login.example", "carol", "left");
        await gateway.Gateway.Host.Core.Services.QuarantineWatch.SettledAsync();
        foreach (var id in ids) Assert.Equal(QuarantineState.Deleted, (await gateway.RowAsync(id)).State);
        log.Refuses = static _ => false;
        await gateway.SweptAsync();
        Assert.Equal(2, log.Acts().Count(static act => act == "quarantine.deleted"));
    }

    private static string Issuer(WithholdingGateway gateway) => gateway.Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
}
