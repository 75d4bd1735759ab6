using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Obligations;

/// <summary>An act of administration waits for a second person, and the grant counts for this very act of this person, once (AZ-04).</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ActObligationTests
{
    [Fact]
    public async Task Act_IsNotDone_BeforeAnotherPersonHasSeenAndGrantedIt_AndThenOnce()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var containment = await gateway.ContainAsync();
        var asked = (await gateway.ReleaseAsync(containment, reason: "over \u202e")).Refusal!;
        Assert.Equal("second-person", asked.Why);
        Assert.Matches("^act-[0-9a-z]{10} waits for a second person to grant this act, until .*; nothing was changed$", asked.Message);
        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        var row = Assert.Single(await gateway.QuestionsAsync());
        Assert.Equal(("act", "open", "release", "carol"), (row.Kind, row.State, row.Method, row.Caller));
        Assert.Null(row.Lines);
        Assert.Equal(row.Id, (await gateway.ReleaseAsync(containment, reason: "over \u202e")).Refusal!.Message.Split(' ')[0]); // asked once
        var seen = (await gateway.ShowAsync(row.Id, "dora")).Result!;
        Assert.Contains("act         release", seen.Lines!);
        Assert.Contains($"asked by    carol of {gateway.Issuer}", seen.Lines!);
        Assert.Contains("asked with  client desk", seen.Lines!);
        Assert.Contains("            secondPerson: { subjects: [carol, dora, frank] }", seen.Lines!);
        Assert.Contains(seen.Lines!, line => line.Contains($"\"id\": \"{containment}\"", StringComparison.Ordinal));
        Assert.Contains(seen.Lines!, static line => line.Contains("\"reason\": \"over \\u{202E}\"", StringComparison.Ordinal));
        var granted = await gateway.AnswerAsync(seen, "dora");
        Assert.Matches("is granted: the person who asked can do this act once, by the same command, until ", granted.Result!.Sentence);
        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All); // a grant does nothing by itself
        Assert.Null((await gateway.ReleaseAsync(containment, reason: "over \u202e")).Refusal);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Equal(["approval.asked", "approval.shown", "approval.answered", "approval.spent", "containment.released"],
            gateway.Acts("approval.", "containment.released"));
        var entry = gateway.Entries("approval.asked").Single();
        Assert.Equal(("act", "release", "administration.obligations"), (entry.GetProperty("fact.kind").GetString(), entry.GetProperty("action").GetString(),
            entry.GetProperty("rule").GetString()));
        Assert.Equal("spent", Assert.Single(await gateway.QuestionsAsync(all: true)).State);
    }

    // Threat: one administrator reads what callers sent and got, without a second person and without a word why.
    [Fact]
    public async Task ActThatShowsWhatCallersGot_WaitsForASecondPerson_AndNeedsItsReason()
    {
        await using var gateway = await ObligedGateway.StartAsync(ObligedGateway.SecondPerson with
        { Acts = ["quarantine.show", "quarantine.cases"], NeedsReason = true });
        var show = new ShowQuarantined("qua-0000000000");
        Assert.Equal("no-reason", (await gateway.DoAsync(show, "carol")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.DoAsync(show with { Reason = "ticket 9" }, "carol")).Refusal?.Why);
        var id = await gateway.OpenIdAsync();
        Assert.Contains((await gateway.ShowAsync(id, "dora")).Result!.Lines!, static line => line.Contains("\"ticket 9\"", StringComparison.Ordinal));
        Assert.Null((await gateway.LookAndAnswerAsync(id)).Refusal?.Why);
        Assert.Equal("unknown-result", (await gateway.DoAsync(show with { Reason = "ticket 9" }, "carol")).Refusal?.Why); // the act itself
        Assert.Equal("second-person", (await gateway.DoAsync(show with { Reason = "ticket 9" }, "carol")).Refusal?.Why); // it is used up
        Assert.Equal("no-reason", (await gateway.DoAsync(new ListQuarantineCases(), "carol")).Refusal?.Why);
    }

    // One grant is for the whole export. Threat: a person begins with the second page, which no person granted.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task ExportOfAPerson_NeedsOneGrantForAllItsPages_AndNoPageIsReadWithoutIt()
    {
        await using var gateway = await ObligedGateway.StartAsync(ObligedGateway.SecondPerson with { Acts = ["audit.person"] });
        for (var call = 0; call < 15; call++)
            await gateway.Gateway.CallAsync(gateway.Gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        gateway.Gateway.EntriesWithEnded(15);
        var issuer = gateway.Gateway.Entries().First(static entry => entry.TryGetProperty("sub", out _)).GetProperty("iss").GetString()!;
        var first = new ExportPerson(issuer, "alice", "request 4711", null, true);
        Assert.Equal("second-person", (await gateway.DoAsync(first, "carol")).Refusal?.Why);
        Assert.Null((await gateway.LookAndAnswerAsync(await gateway.OpenIdAsync())).Refusal?.Why);
        var page = await gateway.DoAsync(first, "carol");
        Assert.Null(page.Refusal?.Why);
        var next = page.Result!.Page.Next;
        Assert.NotNull(next);
        Assert.Equal("second-person", (await gateway.DoAsync(first with { After = next, Purpose = "another" }, "carol")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.DoAsync(first with { After = next, Payload = false }, "carol")).Refusal?.Why);
        Assert.Null((await gateway.DoAsync(first with { After = next }, "carol")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.DoAsync(first, "carol")).Refusal?.Why); // a new export
    }

    [Fact]
    public async Task Grant_CountsForNoOtherPerson_AndForNoOtherParameter()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var containment = await gateway.ContainAsync();
        var id = await gateway.GrantedAsync(containment);
        foreach (var other in new[] { await gateway.ReleaseAsync(containment, "dora"), await gateway.ReleaseAsync(containment, reason: "another") })
        {
            Assert.Equal("second-person", other.Refusal?.Why);
            Assert.DoesNotContain(id, other.Refusal!.Message, StringComparison.Ordinal);
        }

        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Null((await gateway.ReleaseAsync(containment)).Refusal);
        Assert.Equal("spent", (await gateway.QuestionsAsync(all: true)).Single(one => one.Id == id).State); // it is used up
    }

    // A second person would look at an act that cannot be done.
    [Fact]
    public async Task ActWithoutATarget_IsRefused_BeforeAPersonIsAsked()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        Assert.Equal("unknown-containment", (await gateway.ReleaseAsync("ctn-0000000000")).Refusal?.Why);
        Assert.Empty(await gateway.QuestionsAsync());
        var containment = await gateway.ContainAsync();
        await gateway.GrantedAsync(containment);
        Assert.Null((await gateway.ReleaseAsync(containment)).Refusal);
        Assert.Equal("unknown-containment", (await gateway.ReleaseAsync(containment)).Refusal?.Why); // released already
        Assert.Empty(await gateway.QuestionsAsync());
    }

    [Fact]
    public async Task OnlyThoseWhoAreNamedAnswer_AndNeverThePersonWhoAsks()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var containment = await gateway.ContainAsync();
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        var id = await gateway.OpenIdAsync();
        Assert.Equal("approver-is-requester", (await gateway.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        Assert.Equal("no-right-to-grant", (await gateway.ShowAsync(id, "erin")).Refusal?.Why); // an administrator who is not named
        var seen = (await gateway.ShowAsync(id, "dora")).Result!;
        Assert.Equal("no-right-to-grant", (await gateway.AnswerAsync(seen, "erin")).Refusal?.Why);
        Assert.Equal("not-shown", (await gateway.AnswerAsync(seen, "frank")).Refusal?.Why); // frank has not seen it
        Assert.Equal("not-an-administrator", (await gateway.ReleaseAsync(containment, "frank")).Refusal?.Why); // to answer is no right to the act
        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Null((await gateway.LookAndAnswerAsync(id, "frank")).Refusal);
        Assert.Null((await gateway.ReleaseAsync(containment)).Refusal);
    }

    // Threat: who may control the gateway at a terminal is a person without a name, and would be the second one as well.
    [Fact]
    public async Task ConfirmationAtATerminal_IsNoPersonOfAnObligation()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var obligations = gateway.Gateway.Host.Core.Services.Obligations;
        var terminal = new Administrator(new PeerAccount(1, PeerAccount.OwnUserId()), null);
        Assert.Equal("no-token", (await obligations.RequireAsync(new ReleaseContainment("ctn-0000000000", "r"), terminal))?.Why);
        Assert.Null(await obligations.RequireAsync(new RollBackConfiguration(new string('0', 64), "r", false), terminal)); // no obligation
    }

    [Fact]
    public async Task Denial_RefusesTheSameActForATime_AndThenItIsAskedAgain()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await ObligedGateway.StartAsync(time: clock);
        var containment = await gateway.ContainAsync();
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        var id = await gateway.OpenIdAsync();
        Assert.Contains("the act is refused", (await gateway.LookAndAnswerAsync(id, grants: false)).Result!.Sentence, StringComparison.Ordinal);
        Assert.Equal("denied", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        clock.Advance(gateway.Gateway.Host.Snapshots.Current.Settings.Approvals.DenialLife);
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        Assert.NotEqual(id, await gateway.OpenIdAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AtItsEnd_AQuestionAndAGrantCountNoMore(bool isGranted)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await ObligedGateway.StartAsync(time: clock);
        var containment = await gateway.ContainAsync();
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        var id = await gateway.OpenIdAsync();
        var seen = (await gateway.ShowAsync(id, "dora")).Result!;
        if (isGranted) Assert.Null((await gateway.AnswerAsync(seen, "dora")).Refusal);
        clock.Advance(ObligedGateway.SecondPerson.Expires);
        if (!isGranted) Assert.Equal("answered-already", (await gateway.AnswerAsync(seen, "dora")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        gateway.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await gateway.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        Assert.Contains("approval.expired", gateway.Acts("approval."));
        Assert.NotEqual(id, await gateway.OpenIdAsync());
    }

    [Fact]
    public async Task Reload_ThatTakesTheRightOfThePersonWhoGranted_VoidsTheGrant()
    {
        ConfigurationResult? next = null;
        await using var gateway = await ObligedGateway.StartAsync(reload: () => next!);
        var containment = await gateway.ContainAsync();
        var id = await gateway.GrantedAsync(containment);
        await gateway.ReloadAsync(made => next = made, ObligedGateway.SecondPerson with { SecondPerson = new() { Subjects = new(["frank"]) } });
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        Assert.Equal("closed", (await gateway.QuestionsAsync(all: true)).Single(one => one.Id == id).State);
        Assert.Equal("rule-changed", gateway.Entries("approval.closed").Single().GetProperty("why").GetString());
        Assert.Equal("no-right-to-grant", (await gateway.ShowAsync(await gateway.OpenIdAsync(), "dora")).Refusal?.Why);
        await gateway.ReloadAsync(made => next = made, null);
        Assert.Null((await gateway.ReleaseAsync(containment)).Refusal); // no obligation is left
    }

    // Threat: the sweep that closes grants has not run. The use of a grant asks for itself whether the person who gave it is revoked.
    [Theory]
    [InlineData("dora")]
    [InlineData("carol")]
    public async Task Containment_OfEitherPerson_VoidsTheGrant(string who)
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var containment = await gateway.ContainAsync();
        var id = await gateway.GrantedAsync(containment);
        var other = new ContainmentDesk(gateway.Gateway, "erin", "other");
        await other.ContainAsync("user", who);
        await gateway.Gateway.Host.Core.Services.ApprovalWatch.SettledAsync();
        var refusal = (await gateway.ReleaseAsync(containment)).Refusal;
        Assert.Equal(who == "carol" ? "token: Revoked" : "second-person", refusal?.Why);
        Assert.Equal("closed", (await gateway.QuestionsAsync(all: true)).Single(one => one.Id == id).State);
    }

    [Fact]
    public async Task Restart_KeepsQuestionAndGrant_AndAPersonLooksAgainBeforeAnAnswer()
    {
        var data = new TemporaryStore();
        GatewaySettings? same = null;
        string containment, id;
        await using (var first = await ObligedGateway.StartAsync(data: data, change: Same, keepState: true))
        {
            containment = await first.ContainAsync();
            Assert.Equal("second-person", (await first.ReleaseAsync(containment)).Refusal?.Why);
            id = await first.OpenIdAsync();
        }

        await using (var second = await ObligedGateway.StartAsync(data: data, change: Same, keepState: true))
        {
            Assert.Equal(id, await second.OpenIdAsync());
            Assert.Null((await second.LookAndAnswerAsync(id)).Refusal);
        }

        await using var third = await ObligedGateway.StartAsync(data: data, change: Same);
        Assert.Null((await third.ReleaseAsync(containment)).Refusal);

        GatewaySettings Same(GatewaySettings settings) => same ??= settings;
    }

    [Fact]
    public async Task OfTwoPeopleWhoAnswerAtTheSameTime_OneDecides()
    {
        for (var round = 0; round < 8; round++)
        {
            await using var gateway = await ObligedGateway.StartAsync();
            var containment = await gateway.ContainAsync();
            Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
            var id = await gateway.OpenIdAsync();
            var (dora, frank) = ((await gateway.ShowAsync(id, "dora")).Result!, (await gateway.ShowAsync(id, "frank")).Result!);
            var both = await Task.WhenAll(
                Task.Run(() => gateway.AnswerAsync(dora, "dora")), Task.Run(() => gateway.AnswerAsync(frank, "frank", grants: false)));
            var decided = Assert.Single(both, static one => one.Refusal is null).Result!;
            Assert.Equal("answered-already", Assert.Single(both, static one => one.Refusal is not null).Refusal!.Why);
            Assert.Single(gateway.Entries("approval.answered"));
            Assert.Equal(decided.Grants ? null : "denied", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        }
    }

    [Fact]
    public async Task OfManyUsesOfOneGrant_ExactlyOneIsDone()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        Assert.Equal("second-person", (await gateway.RevokeAsync()).Refusal?.Why);
        Assert.Null((await gateway.LookAndAnswerAsync(await gateway.OpenIdAsync())).Refusal);
        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => gateway.RevokeAsync())));
        Assert.Single(uses, static one => one.Refusal is null);
        Assert.All(uses.Where(static one => one.Refusal is not null), static one => Assert.Equal("second-person", one.Refusal!.Why));
        Assert.Single(gateway.Entries("approval.spent"));
        Assert.Single(gateway.Entries("control.revoke"), static entry => entry.GetProperty("outcome").GetString() == "done");
    }

    [Fact]
    public async Task GrantThatIsTakenBack_CountsNoMore()
    {
        await using var gateway = await ObligedGateway.StartAsync();
        var containment = await gateway.ContainAsync();
        var id = await gateway.GrantedAsync(containment);
        Assert.Equal("no-right-to-grant", (await gateway.DoAsync(new RevokeApproval(id, "r"), "mallory")).Refusal?.Why);
        Assert.Null((await gateway.DoAsync(new RevokeApproval(id, "r"), "frank")).Refusal);
        Assert.Equal("second-person", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
    }

    [Theory]
    [InlineData("find-by-digest", false)]
    [InlineData("add", false)]
    [InlineData("change", false)]
    [InlineData("change", true)]
    public async Task StoreThatFails_LetsNothingBeDone(string failing, bool isDone)
    {
        FailingApprovals? store = null;
        await using var gateway = await ObligedGateway.StartAsync(around: inner =>
            new FaultyStore(inner) { Approvals = store = new FailingApprovals(inner.Approvals) { IsDone = isDone } });
        var containment = await gateway.ContainAsync();
        if (failing == "change") await gateway.GrantedAsync(containment);
        store!.Failing = failing;
        Assert.Equal("store-failed", (await gateway.ReleaseAsync(containment)).Refusal?.Why);
        Assert.Single(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
    }

    [Fact]
    public async Task OpenQuestionsOfOnePerson_HaveABound()
    {
        await using var gateway = await ObligedGateway.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { OpenPerCaller = 2 } });
        Assert.Equal("second-person", (await gateway.RevokeAsync(reason: "1")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.RevokeAsync(reason: "2")).Refusal?.Why);
        Assert.Equal("too-many", (await gateway.RevokeAsync(reason: "3")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.RevokeAsync("dora", "3")).Refusal?.Why); // another person has a bound of their own
    }

    [Fact]
    public async Task ReasonAlone_IsRequired_AndInTheEntry()
    {
        await using var gateway = await ObligedGateway.StartAsync(new ActObligation { Acts = ["revoke"], NeedsReason = true });
        Assert.Equal(ActionRefusal.NoReason, (await gateway.RevokeAsync(reason: " ")).Refusal);
        Assert.Empty(await gateway.QuestionsAsync(all: true));
        Assert.Null((await gateway.RevokeAsync(reason: "ticket 812")).Refusal);
        var done = gateway.Entries("control.revoke").Single(static entry => entry.GetProperty("outcome").GetString() == "done");
        Assert.Equal("ticket 812", done.GetProperty("statedReason").GetString());
    }
}
