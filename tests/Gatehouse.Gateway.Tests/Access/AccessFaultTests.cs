using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Quarantine;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access;

/// <summary>The end of rights while the log or the store refuses, and of rights that are granted at the same moment.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class AccessFaultTests
{
    // The entry about one person cannot be written. The right of the other person ends nevertheless, with its entry, and so does the right itself.
    [Theory]
    [InlineData("one entry")]
    [InlineData("every entry")]
    public async Task RightsOfARevokedApprover_EndAll_WhateverTheLogRefuses(string refused)
    {
        var log = new BrokenControlLog();
        await using var gateway = await AccessGateway.StartAsync(audit: log);
        await gateway.GrantedAsync();
        await gateway.GrantedAsync("bob");
        log.Refuses = entry => IsEnd(entry) && (refused == "every entry" || IsOf(entry, "alice"));
        await gateway.Gateway.Host.Revocations.RevokeSubjectAsync(gateway.Issuer, "carol", "left");
        await gateway.SettledAsync();
        Assert.Empty(gateway.Gateway.Host.Core.Services.Access.All);
        Assert.Empty(await StoredAsync(gateway, ApprovalState.Granted));
        if (refused == "one entry") Assert.EndsWith(" bob", Assert.Single(log.EntriesOf("access.ended"))["caller"], StringComparison.Ordinal);
        log.Refuses = static _ => false;
        await SweepAsync(gateway);
        Assert.Equal(2, log.EntriesOf("access.ended").Count);
    }

    [Fact]
    public async Task RightsThatAreOver_HaveTheirEntries_AlsoWhereTheFirstCannotBeWritten()
    {
        var (log, clock) = (new BrokenControlLog(), new ManualTimeProvider());
        await using var gateway = await AccessGateway.StartAsync(time: clock, audit: log);
        await gateway.GrantedAsync(seconds: 60);
        await gateway.GrantedAsync("bob", seconds: 61);
        log.Refuses = static entry => IsEnd(entry) && IsOf(entry, "alice");
        clock.Advance(TimeSpan.FromSeconds(61));
        await SweepAsync(gateway);
        Assert.EndsWith(" bob", Assert.Single(log.EntriesOf("access.ended"))["caller"], StringComparison.Ordinal);
        await gateway.GrantedAsync("bob");
        Assert.Single(gateway.Gateway.Host.Core.Services.Access.All); // a sweep that fails keeps no right from beginning
    }

    // The caller has used up the own part of the log.
    [Fact]
    public async Task EntryOfAnEnd_IsWritten_WhereThePartOfTheCallerIsSpent()
    {
        var (log, clock) = (new BrokenControlLog(), new ManualTimeProvider());
        await using var gateway = await AccessGateway.StartAsync(time: clock, audit: log);
        await gateway.GrantedAsync(seconds: 60);
        log.Refuses = static entry => !entry.ClosesBegun && entry.Owner is not null;
        clock.Advance(TimeSpan.FromSeconds(60));
        await SweepAsync(gateway);
        Assert.Equal("time", Assert.Single(log.EntriesOf("access.ended"))["why"]);
        Assert.NotNull((await gateway.RequestAsync()).Refusal); // only what is asked uses the part
    }

    [Fact]
    public async Task ErasureWithAFault_EndsEachRightOfThePerson()
    {
        FailingApprovals? failing = null;
        var second = AccessGateway.Right with { Id = "second" };
        await using var gateway = await AccessGateway.StartAsync(rules: [AccessGateway.Right, second, AccessGateway.Others],
            around: store => new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        await gateway.GrantedAsync();
        var asked = await gateway.RequestAsync(rule: "second");
        await gateway.LookAndAnswerAsync(asked.Result!.Id);
        var services = gateway.Gateway.Host.Core.Services;
        Assert.Equal(2, services.Access.All.Count);
        failing!.Failing = "find";
        await services.Erasure.EraseAsync(new EntryOwner(gateway.Issuer, "alice"), new PersonLookup(true, true));
        await gateway.SettledAsync();
        Assert.Empty(services.Access.All);
        failing.Failing = "";
        await SweepAsync(gateway);
        Assert.Equal(2, gateway.Acts().Count(static act => act == "ended"));
    }

    // The keys of the person are destroyed after the grant is stored, and before the right begins.
    [Fact]
    public async Task ErasureDuringAGrant_LeavesNoRight()
    {
        FailingApprovals? failing = null;
        await using var gateway = await AccessGateway.StartAsync(
            around: store => new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        var services = gateway.Gateway.Host.Core.Services;
        var id = await gateway.AskAsync();
        var seen = (await gateway.ShowAsync(id, "carol")).Result!;
        failing!.Before = async act =>
        {
            if (act != "note-answer") return;
            failing.Before = static _ => Task.CompletedTask;
            await services.Erasure.EraseAsync(new EntryOwner(gateway.Issuer, "alice"), new PersonLookup(true, true));
            for (var closed = 0; closed == 0; await Task.Yield()) closed = (await StoredAsync(gateway, ApprovalState.Closed)).Count;
        };
        await gateway.AnswerAsync(seen, "carol");
        await gateway.SettledAsync();
        Assert.Empty(services.Access.All);
        await SweepAsync(gateway);
        Assert.Empty(services.Access.All);
    }

    // The run that closes what the approver granted has ended before the answer is stored, and no other run follows it.
    [Theory]
    [InlineData("carol", "approver-revoked")]
    [InlineData("alice", "caller-revoked")]
    public async Task RevocationDuringAGrant_KeepsTheRightFromBeginning(string person, string why)
    {
        FailingApprovals? failing = null;
        await using var gateway = await AccessGateway.StartAsync(
            around: store => new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        var seen = (await gateway.ShowAsync(await gateway.AskAsync(), "carol")).Result!;
        failing!.Before = async act =>
        {
            if (act != (person == "carol" ? "answer" : "note-answer")) return;
            failing.Before = static _ => Task.CompletedTask;
            await gateway.Gateway.Host.Revocations.RevokeSubjectAsync(gateway.Issuer, person, "left");
            if (person == "carol") await gateway.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        };
        await gateway.AnswerAsync(seen, "carol");
        Assert.Empty(gateway.Gateway.Host.Core.Services.Access.All);
        Assert.Empty(await StoredAsync(gateway, ApprovalState.Granted));
        Assert.Equal(why, gateway.Entries()[^1].GetProperty("why").GetString());
    }

    // The remembered answers cannot be read when the right ends. The granted call that needed the right ends nevertheless.
    [Fact]
    public async Task EndOfARight_ClosesTheGrantsOfItsCalls_AlsoWhereRememberedAnswersCannotBeRead()
    {
        var clock = new ManualTimeProvider();
        FailingRemembered? failing = null;
        var asks = AskingGateway.Calls with { Id = "asks", Tools = new NameSet(["echo"]), When = [], Access = AccessGateway.Right.Access };
        await using var gateway = await AccessGateway.StartAsync(time: clock, rules: [asks, AccessGateway.Others, AskingGateway.Approvers],
            change: settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } },
            around: store => new FaultyStore(store) { RememberedApprovals = failing = new FailingRemembered(store.RememberedApprovals) });
        Assert.Null((await gateway.RequestAsync(rule: "asks", seconds: 60)).Refusal);
        await gateway.LookAndAnswerAsync((await gateway.QuestionsAsync())[0].Id);
        var alice = await gateway.BeginAsync();
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var question = (await gateway.QuestionsAsync()).Single(static one => one.Kind == "call");
        Assert.Null((await gateway.LookAndAnswerAsync(question.Id)).Refusal);
        Assert.Single(await StoredAsync(gateway, ApprovalState.Granted), static row => row.Kind == ApprovalKind.Call);
        failing!.Failing = "list";
        clock.Advance(TimeSpan.FromSeconds(60));
        await gateway.Gateway.Host.Core.AccessEffects.SettledAsync();
        Assert.DoesNotContain(await StoredAsync(gateway, ApprovalState.Granted), static row => row.Kind == ApprovalKind.Call);
    }

    // A right in memory that the store has no more, as after an act whose answer was lost.
    [Fact]
    public async Task Sweep_EndsARightThatTheStoreDoesNotHave()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var services = gateway.Gateway.Host.Core.Services;
        var id = await gateway.GrantedAsync();
        await gateway.GrantedAsync("bob");
        await services.Store.Approvals.ChangeAsync(id, ApprovalState.Granted, ApprovalState.Closed, DateTimeOffset.UtcNow);
        await services.Store.Approvals.NoteAsync(id, ApprovalState.Closed);
        Assert.Equal(2, services.Access.All.Count);
        await SweepAsync(gateway);
        Assert.Equal("bob", Assert.Single(services.Access.All).Subject);
    }

    [Fact]
    public async Task RevocationDuringAFullLog_KeepsItsPersonAndReason_OverARestart()
    {
        var log = new BrokenControlLog();
        await using var gateway = await AccessGateway.StartAsync(audit: log);
        var id = await gateway.GrantedAsync();
        log.Refuses = static entry => entry.Facts.Any(static fact => fact.Value == "access.revoked");
        var revoked = await gateway.RevokeAsync(id, "carol");
        Assert.False(revoked.IsDurable);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Access.All);
        log.Refuses = static _ => false;
        await SweepAsync(gateway);
        await SweepAsync(gateway);
        var entry = Assert.Single(log.EntriesOf("access.revoked"));
        Assert.Equal(("carol", gateway.Issuer, "done", "yes"), (entry["by"], entry["byIssuer"], entry["statedReason"], entry["recovered"]));
        Assert.Empty(log.EntriesOf("access.ended"));
        Assert.Equal(1, Assert.Single(await gateway.ListAsync(withOver: true)).Granted); // the act is no answer
    }

    [Theory]
    [InlineData(30)]
    [InlineData(90)] // the row is forgotten by then, and has no entry yet
    public async Task EndOfARight_IsRecorded_WhereTheHistoryIsShorterThanTheRight(int minutes)
    {
        var (log, clock) = (new BrokenControlLog(), new ManualTimeProvider());
        await using var gateway = await AccessGateway.StartAsync(time: clock, audit: log, change: static settings => settings with
        { Approvals = settings.Approvals with { History = TimeSpan.FromHours(1) } });
        await gateway.GrantedAsync(seconds: 4 * 3600);
        log.IsBroken = true;
        clock.Advance(TimeSpan.FromHours(4));
        await SweepAsync(gateway);
        await gateway.Gateway.Host.Core.Services.Store.CleanUpAsync();
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await gateway.Gateway.Host.Core.Services.Store.CleanUpAsync();
        log.IsBroken = false;
        await SweepAsync(gateway);
        var entry = Assert.Single(log.EntriesOf("access.ended"));
        Assert.Equal(("time", "write"), (entry["why"], entry["rule"]));
    }

    // The history passes between the act that expires the right and the one that counts its grants.
    [Fact]
    public async Task EndOfARight_IsRecordedAsItsTime_WhereItsAnswersAreForgottenMeanwhile()
    {
        var (log, clock) = (new BrokenControlLog(), new ManualTimeProvider());
        var (reached, may) = (new TaskCompletionSource(), new TaskCompletionSource());
        FailingApprovals? failing = null;
        await using var gateway = await AccessGateway.StartAsync(time: clock, audit: log, change: static settings => settings with
        { Approvals = settings.Approvals with { History = TimeSpan.FromHours(1) } },
            around: store => new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        await gateway.GrantedAsync(seconds: 4 * 3600);
        failing!.Failing = "expire"; // what else looks at the question when its time is over comes first
        clock.Advance(TimeSpan.FromHours(4));
        await gateway.SettledAsync();
        failing.Before = act =>
        {
            if (act != "find") return Task.CompletedTask;
            reached.TrySetResult();
            return may.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };
        failing.Failing = "";
        gateway.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(90));
        await gateway.Gateway.Host.Core.Services.Store.CleanUpAsync();
        may.SetResult();
        await gateway.SettledAsync();
        Assert.Equal("time", Assert.Single(log.EntriesOf("access.ended"))["why"]);
    }

    private static bool IsEnd(AuditEntry entry) => entry.Facts.Any(static fact => fact.Value == "access.ended");

    private static bool IsOf(AuditEntry entry, string person) =>
        entry.Facts.Any(fact => fact.Key == "caller" && fact.Value.EndsWith(" " + person, StringComparison.Ordinal));

    private static async Task SweepAsync(AccessGateway gateway)
    {
        gateway.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await gateway.SettledAsync();
    }

    private static async Task<IReadOnlyList<ApprovalRow>> StoredAsync(AccessGateway gateway, ApprovalState state) =>
        await gateway.Gateway.Host.Core.Services.Store.Approvals.ListAsync(state, null, null, 10, DateTimeOffset.MinValue);
}
