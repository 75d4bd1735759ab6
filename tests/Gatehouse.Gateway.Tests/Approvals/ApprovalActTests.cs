using System.Net;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Recording;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>A person sees a held call in full and answers it: who may, and what an answer counts for (AZ-04, AZ-10).</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalActTests
{
    // The caller may answer as well: by the policy every person here may.
    private static readonly PolicyRule EveryoneAnswers = AskingGateway.Approvers with
    { Who = new WhoClause { Subjects = new NameSet(["alice", "carol", "dora"]) } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PersonWhoWasShownTheCall_Grants_AndOneCallIsForwarded(bool modern)
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync(modern)).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var listed = Assert.Single(await desk.ListAsync());
        Assert.Equal(("open", "tools/call", "echo", "alice", "tests", 1, 0),
            (listed.State, listed.Method, listed.Target, listed.Caller, listed.Client, listed.Needed, listed.Granted));
        Assert.Null(listed.Lines); // a list has no arguments
        var seen = await desk.ShownAsync(listed.Id, "carol");
        Assert.Contains("      \"amount\": 10", seen.Lines!);
        var answered = await desk.AnswerAsync(seen, "carol");
        Assert.Null(answered.Refusal?.Why);
        Assert.True(answered.Result!.IsDecided);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Single(asking.Forwarded);
        Assert.Equal(["approval.asked", "approval.shown", "approval.answered", "approval.spent"], asking.Acts());
        Assert.Empty(await desk.ListAsync());
        Assert.Equal("spent", Assert.Single(await desk.ListAsync(withAnswered: true)).State);
    }

    // People who are asked too often answer without reading: a metric has the share.
    [Fact]
    public async Task Grants_AreCountedByTheTimeAfterTheTextWasShown_AndDenialsAreNot()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(
            time: clock, change: static s => s with { Approvals = s.Approvals with { Hold = TimeSpan.Zero } });
        var (desk, era) = (new ApproverDesk(asking.Gateway), await asking.BeginAsync());
        foreach (var (amount, ticks, grants) in new[]
        {
            (1, TimeSpan.TicksPerSecond * 2 - 1, true), (2, TimeSpan.TicksPerSecond * 2, true), (3, TimeSpan.TicksPerSecond * 60, true),
            (4, 0L, false),
        })
        {
            await era.AskAsync("tools/call", AskingGateway.Echo($"{{\"amount\":{amount}}}"), "echo");
            var seen = await desk.ShownAsync((await asking.OpenAsync()).Id, "carol");
            clock.Advance(TimeSpan.FromTicks(ticks));
            await desk.AnswerAsync(seen, "carol", grants);
        }

        var text = asking.Gateway.Host.Metrics().Text();
        Assert.Contains("gatehouse_approval_grants_total{pace=\"under_2s\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("gatehouse_approval_grants_total{pace=\"slower\"} 2", text, StringComparison.Ordinal);
    }

    // Threat: whoever has the log tries out callers and arguments against a digest, or links the calls of one person by it, also after an erasure.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task EntriesOfAQuestion_HaveNoDigestOfTheCallInClear_AndNoneAfterTheErasureOfTheCaller()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var row = await asking.OpenAsync();
        var seen = await desk.ShownAsync(row.Id, "carol");
        await desk.AnswerAsync(seen, "carol");
        await call;
        var opened = asking.Gateway.Entries().Where(IsOfAQuestion).ToList();
        Assert.Equal(4, opened.Count);
        Assert.All(opened, one => Assert.Equal(Convert.ToHexStringLower(row.Digest.Span), one.GetProperty("keyedDigest").GetString()));
        Assert.Equal(2, opened.Count(one => one.TryGetProperty("shown", out var shown) && shown.GetString() == seen.Shown));
        var keys = asking.Gateway.Host.Core.Services.SubjectKeys;
        Assert.All(AuditLogReader.Read(asking.Gateway.Host.State.Audit).Where(IsOfAQuestion), AssertNoDigest);
        keys.Destroy(keys.PseudonymsOf(new SubjectOwner(opened[0].GetProperty("caller").GetString()!.Split(' ')[0], "alice"), withoutIssuer: true));
        Assert.All(asking.Gateway.Entries().Where(IsOfAQuestion), AssertNoDigest);
    }

    private static bool IsOfAQuestion(JsonElement entry) =>
        entry.TryGetProperty("act", out var act) && act.GetString()!.StartsWith("approval.", StringComparison.Ordinal);

    // Nothing that a guess could be compared with, whatever its name.
    private static void AssertNoDigest(JsonElement entry) => Assert.DoesNotContain(entry.EnumerateObject(), static member =>
        member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: >= 32 } text && text.All(char.IsAsciiHexDigit));

    [Fact]
    public async Task Denial_RefusesTheCall_AndASecondAnswerIsTooLate()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        var dora = await desk.ShownAsync(id, "dora");
        Assert.Null((await desk.LookAndAnswerAsync(id, "carol", grants: false)).Refusal?.Why);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
        var late = await desk.AnswerAsync(dora, "dora");
        Assert.Equal("answered-already", late.Refusal?.Why);
        Assert.Contains("denied", late.Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(asking.Forwarded);
    }

    // The policy says who may answer. One that it does not name neither sees the call nor answers it.
    [Fact]
    public async Task PersonWithoutTheRight_SeesNothing_AndAnswersNothing()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        Assert.Equal("no-approval-right", (await desk.ShowAsync(id, "mallory")).Refusal?.Why);
        var seen = await desk.ShownAsync(id, "carol");
        Assert.Equal("no-approval-right", (await desk.AnswerAsync(seen, "mallory")).Refusal?.Why);
        Assert.Equal("no-approval-right", (await desk.AnswerAsync(seen, "mallory", grants: false)).Refusal?.Why);
        Assert.Equal(ApprovalState.Open, (await asking.OpenAsync()).State);
        await desk.AnswerAsync(seen, "carol", grants: false);
        await call;
    }

    [Theory]
    [InlineData(false, "approver-is-requester")]
    [InlineData(true, null)]
    public async Task OwnCall_IsGrantedByItsCaller_OnlyWhereTheRuleSaysSo(bool maySelf, string? why)
    {
        var calls = AskingGateway.Calls with { Obligations = [Obligation.ForApproval(new ApprovalTerms { MaySelf = maySelf })] };
        await using var asking = await AskingGateway.StartAsync(rules: [calls, EveryoneAnswers]);
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var seen = await desk.ShownAsync((await asking.OpenAsync()).Id, "alice");
        Assert.Equal(why, (await desk.AnswerAsync(seen, "alice")).Refusal?.Why);
        if (!maySelf) Assert.Null((await desk.AnswerAsync(seen, "alice", grants: false)).Refusal?.Why); // to give up one's own call is harmless
        Assert.Equal(maySelf, (await call).TryGetProperty("result", out _));
        Assert.Equal(maySelf ? 1 : 0, asking.Forwarded.Count);
    }

    // Threat: the agent that calls has a token of the right person, of its own client, for the administration audience.
    [Fact]
    public async Task TokenOfTheClientThatCalls_AnswersNothing()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var seen = await desk.ShownAsync((await asking.OpenAsync()).Id, "carol", client: "tests");
        Assert.Equal("way-of-calls", (await desk.AnswerAsync(seen, "carol", client: "tests")).Refusal?.Why);
        Assert.Equal("way-of-calls", (await desk.AnswerAsync(seen, "carol", grants: false, client: "tests")).Refusal?.Why);
        Assert.Null((await desk.AnswerAsync(seen, "carol", grants: false)).Refusal?.Why);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
    }

    // Threat: of two agents of one person, one grants what the other one calls.
    [Fact]
    public async Task TokenOfAnotherClientThatMakesCalls_GrantsNothing_AndMayDeny()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        using var listed = await asking.Gateway.SendAsync(asking.Gateway.Modern("tools/list", token: TokenOf(asking, "bob", "agent")));
        Assert.NotEqual(HttpStatusCode.Unauthorized, listed.StatusCode);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        var seen = await desk.ShownAsync(id, "carol", client: "agent");
        Assert.Equal("way-of-calls", (await desk.AnswerAsync(seen, "carol", client: "agent")).Refusal?.Why);
        Assert.Equal(id, (await asking.OpenAsync()).Id);
        Assert.Empty(asking.Forwarded);
        Assert.Null((await desk.AnswerAsync(seen, "carol", grants: false, client: "agent")).Refusal?.Why);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
    }

    private static string TokenOf(AskingGateway asking, string person, string client) => asking.Gateway.Host.Development!.Mint(new DevelopmentGrant
    {
        Subject = person,
        Audience = asking.Gateway.Url.ToString(),
        ClientId = client,
        Lifetime = TimeSpan.FromMinutes(10),
    }).Reveal().ToString();

    [Fact]
    public async Task AnswerCounts_OnlyForTheTextThatThisPersonWasShown()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var era = await asking.BeginAsync();
        var small = era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":10}"), "echo");
        await asking.HeldAsync();
        var first = (await asking.OpenAsync()).Id;
        var large = era.AskAsync("tools/call", AskingGateway.Echo("{\"amount\":10000}"), "echo");
        await asking.HeldAsync(2);
        var second = (await desk.ListAsync()).Single(one => one.Id != first).Id;
        var (seen, other) = (await desk.ShownAsync(first, "carol"), await desk.ShownAsync(second, "dora"));
        // Not shown to dora; shown to carol with another call; with a digest of another call; with an invented text.
        Assert.Equal("not-shown", (await desk.AnswerAsync(seen, "dora")).Refusal?.Why);
        Assert.Equal("not-shown", (await desk.AnswerAsync(seen with { Id = second }, "carol")).Refusal?.Why);
        Assert.Equal("not-shown", (await desk.AnswerAsync(other with { Shown = seen.Shown }, "dora")).Refusal?.Why);
        Assert.Equal("not-shown", (await desk.AnswerAsync(seen with { Digest = other.Digest }, "carol")).Refusal?.Why);
        Assert.Equal("not-shown", (await desk.AnswerAsync(seen with { Shown = new string('0', 64) }, "carol")).Refusal?.Why);
        Assert.Equal("not-shown", (await desk.AnswerAsync(seen with { Shown = "" }, "carol")).Refusal?.Why);
        Assert.Empty(asking.Forwarded);
        Assert.Null((await desk.AnswerAsync(seen, "carol")).Refusal?.Why);
        Assert.True((await small).TryGetProperty("result", out _));
        await desk.AnswerAsync(other, "dora", grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(large));
        Assert.Contains("\"amount\":10}", Assert.Single(asking.Forwarded).Text, StringComparison.Ordinal);
    }

    // A command that shows nothing knows only the digest of the text that the gateway showed this person before.
    [Fact]
    public async Task AnswerWithTheShownTextOnly_Counts_ForThePersonWhoSawIt()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var seen = await desk.ShownAsync((await asking.OpenAsync()).Id, "carol") with { Digest = "" };
        var dora = await desk.AnswerAsync(seen, "dora");
        Assert.Equal("not-shown", dora.Refusal?.Why);
        Assert.Contains($"gatehouse approval show {seen.Id}", dora.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Single(asking.Acts(), static act => act == "approval.shown");
        Assert.Null((await desk.AnswerAsync(seen, "carol")).Refusal?.Why);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    // A grant that no call has used still lets one pass, so that it is no matter of the past.
    [Fact]
    public async Task GrantThatNoCallUsed_IsListed_AndCountsNoMoreOnceItIsRevoked()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        var desk = new ApproverDesk(asking.Gateway);
        var era = await asking.BeginAsync();
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var id = (await asking.OpenAsync()).Id;
        Assert.Equal("nothing-granted", (await desk.RevokeAsync(id, "carol")).Refusal?.Why);
        Assert.Null((await desk.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        Assert.Equal((id, "granted"), (Assert.Single(await desk.ListAsync()).Id, Assert.Single(await desk.ListAsync()).State));
        Assert.Equal("no-approval-right", (await desk.RevokeAsync(id, "mallory")).Refusal?.Why);
        Assert.Null((await desk.RevokeAsync(id, "dora")).Refusal?.Why);
        Assert.Equal("nothing-granted", (await desk.RevokeAsync(id, "dora")).Refusal?.Why);
        Assert.Empty(await desk.ListAsync());
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(era.AskAsync("tools/call", AskingGateway.Echo(), "echo"))); // a new question
        Assert.NotEqual(id, (await asking.OpenAsync()).Id);
        Assert.Empty(asking.Forwarded);
        Assert.Contains(asking.Gateway.Entries(), entry => entry.TryGetProperty("act", out var act) && act.GetString() == "approval.closed"
            && entry.GetProperty("why").GetString() == "revoked");
    }

    [Fact]
    public async Task Views_SayWhoAnswered_WhenAndWhy()
    {
        await using var asking = await AskingGateway.StartAsync(terms: new ApprovalTerms { Approvers = 2 });
        var desk = new ApproverDesk(asking.Gateway);
        var era = await asking.BeginAsync();
        var call = era.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        Assert.Null((await desk.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        var carol = Assert.Single(Assert.Single(await desk.ListAsync()).Answers);
        Assert.Equal((true, "carol", "ticket 7"), (carol.Grants, carol.By, carol.Reason));
        Assert.Null((await desk.LookAndAnswerAsync(id, "dora", grants: false)).Refusal?.Why);
        var over = Assert.Single(await desk.ListAsync(withAnswered: true));
        Assert.Equal("denied", over.State);
        Assert.Equal([("carol", true), ("dora", false)], over.Answers.Select(static one => (one.By, one.Grants)));
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
        var late = await desk.LookAndAnswerAsync(id, "carol");
        Assert.Contains("approvals.denialLife", late.Refusal!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoPeopleWhereTwoAreNeeded_AndOnePersonTwiceIsOne()
    {
        await using var asking = await AskingGateway.StartAsync(terms: new ApprovalTerms { Approvers = 2 });
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        var first = (await desk.LookAndAnswerAsync(id, "carol")).Result!;
        Assert.Equal((false, 1, 2), (first.IsDecided, first.Granted, first.Needed));
        Assert.Equal("same-person", (await desk.LookAndAnswerAsync(id, "carol")).Refusal?.Why);
        Assert.Equal(1, Assert.Single(await desk.ListAsync()).Granted);
        Assert.Empty(asking.Forwarded);
        Assert.True((await desk.LookAndAnswerAsync(id, "dora")).Result!.IsDecided);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Equal(2, asking.Acts().Count(static act => act == "approval.answered"));
    }

    [Fact]
    public async Task GrantAndDenialAtOnce_HaveOneOutcome_AndOneEntryOfIt()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        var era = await asking.BeginAsync();
        for (var round = 1; round <= 8; round++)
        {
            var call = era.AskAsync("tools/call", AskingGateway.Echo($"{{\"amount\":{round}}}"), "echo");
            await asking.HeldAsync();
            var id = (await asking.OpenAsync()).Id;
            var (carol, dora) = (await desk.ShownAsync(id, "carol"), await desk.ShownAsync(id, "dora"));
            var before = (Answers: asking.Acts().Count(static act => act == "approval.answered"), asking.Forwarded.Count);
            var outcomes = await Task.WhenAll(
                Task.Run(() => desk.AnswerAsync(carol, "carol")), Task.Run(() => desk.AnswerAsync(dora, "dora", grants: false)));
            var isGranted = (await call).TryGetProperty("result", out _);
            Assert.Equal(isGranted, outcomes[0].Refusal is null);
            Assert.Equal(isGranted ? "answered-already" : null, outcomes[1].Refusal?.Why);
            Assert.Equal(isGranted ? null : "answered-already", outcomes[0].Refusal?.Why);
            Assert.Equal(before.Answers + 1, asking.Acts().Count(static act => act == "approval.answered"));
            Assert.Equal(before.Count + (isGranted ? 1 : 0), asking.Forwarded.Count);
        }
    }

    [Fact]
    public async Task ExpiredQuestion_IsNotAnswered()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock,
            change: static settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        var desk = new ApproverDesk(asking.Gateway);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync((await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var seen = await desk.ShownAsync((await asking.OpenAsync()).Id, "carol");
        clock.Advance(TimeSpan.FromMinutes(15));
        var late = await desk.AnswerAsync(seen, "carol");
        Assert.Equal("answered-already", late.Refusal?.Why);
        Assert.Contains("expired", late.Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(await desk.ListAsync());
    }

    // With --dev a person at a terminal answers. Where there is no terminal, a rule names the people, who need not be administrators.
    [Fact]
    public async Task WithoutATerminal_TheRemedyOfAnAnswerNamesTheRuleForApprovers()
    {
        await using var asking = await AskingGateway.StartAsync();
        var administration = GatewayAdministration.Of(asking.Gateway.Host);
        var account = new AdministratorCredentials(new PeerAccount(1, PeerAccount.OwnUserId()));
        var answer = (await administration.DoAsync(new AnswerApproval("apr-0000000000", true, "", "", ""), account)).Refusal!;
        Assert.Equal("no-token", answer.Why);
        Assert.Contains("'directions: [approvals]'", answer.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("administration.who", answer.Remedy, StringComparison.Ordinal);
        var other = (await administration.DoAsync(new ReleaseContainment("ctn-0000000000", "r"), account)).Refusal!;
        Assert.Contains("administration.who", other.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownQuestion_IsRefused_AndWhatIsNoIdIsNotInTheLog()
    {
        await using var asking = await AskingGateway.StartAsync();
        var desk = new ApproverDesk(asking.Gateway);
        Assert.Equal("unknown-approval", (await desk.ShowAsync("apr-0000000000", "carol")).Refusal?.Why);
        Assert.Equal("unknown-approval", (await desk.ShowAsync("def-0000000000", "carol")).Refusal?.Why);
        Assert.Equal("not-an-administrator", (await desk.ShowAsync("def-0000000000", "mallory")).Refusal?.Why); // as over HTTP
        Assert.Equal("no-approval", (await desk.ShowAsync("words of an agent", "carol")).Refusal?.Why);
        Assert.DoesNotContain(asking.Gateway.Entries(), static entry => entry.GetRawText().Contains("words of", StringComparison.Ordinal));
    }

    // Threat: an agent asks for a question that it makes up, with facts about a person in the form of an id. No erasure reaches a leaf.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task IdOfAQuestionThatIsNot_IsInNoLeaf_AndThatOfOneThatIs_IsInClear()
    {
        const string invented = "apr-alice-miller-is-ill";
        await using var asking = await AskingGateway.StartAsync(
            change: static settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        var desk = new ApproverDesk(asking.Gateway);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync((await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var id = (await asking.OpenAsync()).Id;
        Assert.Equal("unknown-approval", (await desk.ShowAsync(invented, "carol")).Refusal?.Why);
        var seen = await desk.ShownAsync(id, "carol");
        Assert.Null((await desk.AnswerAsync(seen, "carol")).Refusal);
        Assert.NotNull((await desk.AnswerAsync(seen, "carol")).Refusal);
        var entries = asking.Gateway.Entries();
        await asking.Gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(PersonalFactsTests.Hits(asking.Gateway.Host.State.Audit, invented));
        Assert.Single(entries, static entry => entry.TryGetProperty("givenApproval", out var given) && given.GetString() == invented);
        Assert.Contains(AuditLogReader.Read(asking.Gateway.Host.State.Audit), entry =>
            entry.TryGetProperty("outcome", out var outcome) && outcome.GetString() == "refused"
            && entry.TryGetProperty("approval", out var approval) && approval.GetString() == id);
    }

    // RFC 9470, AZ-10: a person who may answer learns which sign-in is missing; a stranger does not.
    [Fact]
    [Trait("Requirement", "AZ-10")]
    public async Task AnswerNeedsTheStrengthOfAdministrators()
    {
        await using var asking = await AskingGateway.StartAsync(
            change: static settings => settings with { Administration = settings.Administration with { Strengths = ["mfa"] } });
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        Assert.Equal(RequiredAuthentication.Error, (await desk.ShowAsync(id, "carol")).Refusal?.Why);
        Assert.Equal("no-approval-right", (await desk.ShowAsync(id, "mallory")).Refusal?.Why);
        await asking.AnswerAsync(await asking.OpenAsync(), grants: false);
        await call;
    }

    [Fact]
    public async Task WithoutItsEntry_NothingIsShownAndNothingIsAnswered()
    {
        var log = new BrokenLog();
        await using var asking = await AskingGateway.StartAsync(audit: log);
        var desk = new ApproverDesk(asking.Gateway);
        var call = (await asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await asking.HeldAsync();
        var id = (await asking.OpenAsync()).Id;
        var seen = await desk.ShownAsync(id, "carol");
        log.Broken = true;
        var (shown, answered) = (await desk.ShowAsync(id, "carol"), await desk.AnswerAsync(seen, "carol"));
        Assert.Equal((ActionRefusal.NotRecorded, ActionRefusal.NotRecorded), (shown.Refusal?.Message, answered.Refusal?.Message));
        Assert.Null(shown.Result);
        Assert.Empty(asking.Forwarded);
        log.Broken = false;
        await desk.AnswerAsync(seen, "carol", grants: false);
        await call;
    }
}
