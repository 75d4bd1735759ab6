using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Tests.AdministrationHttp;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Gateway.Tests.Recording;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>An answer by a webhook counts only with a signature of the right key, over exactly what went out, once (AZ-04).</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class SignedAnswerTests
{
    private static readonly PolicyRule Everyone = AskingGateway.Approvers with { Who = new WhoClause { Subjects = new NameSet(["alice", "carol", "dora"]) } };

    [Fact]
    public async Task GoodAnswer_GrantsExactlyOneCall_AndTheEntriesNameWebhookAndPerson()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, id, notice) = await hooks.AskAsync();
        var granted = await hooks.SendAsync(hooks.Answer(notice));
        Assert.Equal((200, true), (granted.Status, granted.Body.GetProperty("ok").GetBoolean()));
        Assert.Contains("is granted: one call", granted.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Single(hooks.Site.Asking.Forwarded);
        Assert.Equal(id, Assert.Single(await hooks.Site.Asking.InStateAsync(ApprovalState.Spent)).Id);
        Assert.Equal(["approval.asked", "approval.sent", "approval.answered", "approval.spent"], hooks.Site.Asking.Acts());
        Assert.Equal("webhook:chat", Assert.Single(await hooks.Site.EntriesAsync("approval.answered")).GetProperty("way").GetString());
        var entry = Assert.Single(await hooks.Site.EntriesAsync("control.approval.grant"));
        Assert.Equal(("webhook:chat", "carol", "done"),
            (entry.GetProperty("way").GetString(), entry.GetProperty("by").GetString(), entry.GetProperty("outcome").GetString()));
        var again = (await hooks.Site.Asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo"); // the grant was for one call
        await hooks.Site.Asking.HeldAsync();
        Assert.NotEqual(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Single(hooks.Site.Asking.Forwarded);
        await hooks.Site.Asking.AnswerAsync(await hooks.Site.Asking.OpenAsync(), grants: false);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(again));
    }

    [Fact]
    public async Task SignedDenial_RefusesTheCall()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, _, notice) = await hooks.AskAsync();
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, decision: "deny"))).Status);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
        Assert.Empty(hooks.Site.Asking.Forwarded);
    }

    // Threat: everything that went out comes back, from whoever reads the chat, and without the key.
    [Fact]
    public async Task AnswerWithoutTheKey_IsOneRefusal_WhateverIsWrong_AndChangesNothing()
    {
        await using var hooks = await WebhookSite.StartAsync(["chat", "other"]);
        var (_, id, notice) = await hooks.AskAsync();
        using var stranger = new AnswerSigner();
        var answer = hooks.Answer(notice);
        var good = hooks.Signer.Sign(answer);
        string[] bodies =
        [
            Encoding.UTF8.GetString(notice.Body), answer.ToJsonString(), "", "a.b", "a.b.c",
            AnswerSigner.Forge(answer, "none", null),
            AnswerSigner.Forge(answer, "HS256", Convert.FromBase64String(hooks.Signer.PublicKey)),
            AnswerSigner.Forge(answer, "HS256", Encoding.ASCII.GetBytes(hooks.Signer.PublicKey)),
            stranger.Sign(answer),
            stranger.Sign(answer, head => head["kid"] = hooks.Signer.Key.Thumbprint),
            hooks.Hooks["other"].Signer.Sign(answer), // the key of another webhook
            good[..^4] + "AAAA",
            hooks.Signer.Sign(answer, static head => head["typ"] = "JWT"),
            hooks.Signer.Sign(answer, static head => head.Remove("typ")),
            hooks.Signer.Sign(answer, static head => head["kid"] = "another"),
            hooks.Signer.Sign(answer, static head => head["alg"] = "ES384"),
            hooks.Signer.Sign(answer, static head => head["crit"] = new JsonArray("exp")),
        ];
        var answers = new HashSet<(int Status, string Body)>();
        foreach (var body in bodies) answers.Add(Shape(await hooks.SendAsync(body)));
        answers.Add(Shape(await hooks.SendAsync(good, "nowhere"))); // a webhook that is not configured
        Assert.Equal((403, "invalid-answer"), (Assert.Single(answers).Status, (await hooks.SendAsync("x.y.z")).Code));
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Empty(hooks.Site.Asking.Forwarded);
        var refusals = await hooks.Site.EntriesAsync("control.refused");
        Assert.All(refusals, static one => Assert.StartsWith("answer: ", one.GetProperty("why").GetString(), StringComparison.Ordinal));
        Assert.All(refusals, static one => Assert.False(one.TryGetProperty("by", out _))); // no one is authenticated
        Assert.Contains(refusals, static one => one.GetProperty("way").GetString() == "webhook:unknown");
        Assert.Equal(200, (await hooks.SendAsync(good)).Status); // and the person's own answer still counts
    }

    // Threat: a signer that is not careful, or a program that signs something else than its person decided.
    [Theory]
    [InlineData("person-of-another-issuer", "answer-person")]
    [InlineData("person-not-listed", "answer-person")]
    [InlineData("nonce-of-another-question", "answer-nonce")]
    [InlineData("invented-nonce", "answer-nonce")]
    [InlineData("another-approval", "answer-nonce")]
    [InlineData("changed-digest", "not-shown")]
    [InlineData("changed-shown", "not-shown")]
    [InlineData("old", "answer-time")]
    [InlineData("future", "answer-time")]
    [InlineData("no-iat", "answer-members")]
    [InlineData("unknown-member", "answer-members")]
    [InlineData("groups", "answer-members")]
    [InlineData("right-for-a-time", "answer-members")]
    [InlineData("other-decision", "answer-members")]
    [InlineData("long-reason", "answer-members")]
    [InlineData("acr-of-another-type", "answer-members")]
    public async Task SignedAnswerThatIsNotTheRightOne_IsRefused_AndTheRightOneStillCounts(string fault, string code)
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, id, notice) = await hooks.AskAsync();
        var other = (await hooks.Site.Asking.BeginAsync(subject: "bob")).AskAsync("tools/call", AskingGateway.Echo("{\"amount\":9}"), "echo");
        var second = await hooks.Receiver.NextAsync("approval.asked", 2);
        var wrong = hooks.Answer(notice);
        Spoil(wrong, fault, hooks, second);
        var refused = await hooks.SendAsync(wrong);
        Assert.Equal((403, code), (refused.Status, refused.Code));
        Assert.Empty(hooks.Site.Asking.Forwarded);
        Assert.Equal(2, (await hooks.Site.Asking.InStateAsync(ApprovalState.Open)).Count);
        Assert.NotEmpty((await hooks.Site.EntriesAsync("control.refused")).Concat(await hooks.Site.EntriesAsync("control.approval.grant")));
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Equal(id, Assert.Single(await hooks.Site.Asking.InStateAsync(ApprovalState.Spent)).Id);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(second, decision: "deny"))).Status);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(other));
    }

    [Fact]
    [Trait("Requirement", "ID-08")]
    public async Task EachSignedAnswer_IsOneAttempt_WithItsReason()
    {
        await using var hooks = await WebhookSite.StartAsync(keepState: true);
        var (call, _, notice) = await hooks.AskAsync();
        var second = (await hooks.Site.Asking.BeginAsync(subject: "bob")).AskAsync("tools/call", AskingGateway.Echo("{\"amount\":9}"), "echo");
        var other = await hooks.Receiver.NextAsync("approval.asked", 2);
        foreach (var fault in new[] { "person-not-listed", "old", "no-iat", "changed-digest" })
        {
            var wrong = hooks.Answer(notice);
            Spoil(wrong, fault, hooks, other);
            Assert.Equal(403, (await hooks.SendAsync(wrong)).Status);
        }

        using var stranger = new AnswerSigner();
        Assert.Equal(403, (await hooks.SendAsync(stranger.Sign(hooks.Answer(notice)))).Status);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(other, decision: "deny"))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(second));
        var sums = await AttemptSums.CloseAsync(hooks.Site.Gateway);
        Assert.Equal((1, 1, 1, 1), (sums["administration deny answer-person"], sums["administration deny answer-time"],
            sums["administration deny answer-members"], sums["administration deny SignatureInvalid"]));
        Assert.Equal(3, sums["administration pass"]); // the changed digest comes from the right person
        Directory.Delete(hooks.Site.Gateway.Host.State.Root, recursive: true);
    }

    [Fact]
    public async Task AnswerThatWasTaken_IsNotTakenAgain()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, _, notice) = await hooks.AskAsync();
        var signed = hooks.Signer.Sign(hooks.Answer(notice));
        Assert.Equal(200, (await hooks.SendAsync(signed)).Status);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Equal("answered-already", (await hooks.SendAsync(signed)).Code);
        var equal = (await hooks.Site.Asking.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.Equal("answered-already", (await hooks.SendAsync(signed)).Code); // nor for the same call once more
        Assert.Single(hooks.Site.Asking.Forwarded);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next, decision: "deny"))).Status);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(equal));
    }

    // A question that another way has answered is over for every webhook, and the person learns so. A stranger to it learns nothing.
    [Theory]
    [InlineData(true, "granted")]
    [InlineData(false, "denied")]
    public async Task AnswerToAQuestionThatAnotherWayHasAnswered_GetsItsState_AndOnlyTheOneWhoWasNotifiedDoes(bool grants, string state)
    {
        await using var hooks = await WebhookSite.StartAsync(
            rules: [AskingGateway.Calls, Everyone with { Who = new WhoClause { Subjects = new NameSet(["alice", "carol"]) } }]);
        var (call, id, notice) = await hooks.AskAsync();
        var shown = await hooks.Site.ShownAsync(id, "carol");
        Assert.Equal(200, (await hooks.Site.ActAsync(grants ? "approval.grant" : "approval.deny", new { id, shown }, "carol")).Status);
        await call;
        await hooks.Receiver.NextAsync("approval.ended");
        var late = await hooks.SendAsync(hooks.Answer(notice));
        Assert.Equal((403, "answered-already"), (late.Status, late.Code));
        Assert.Contains($"{id} is {state}", late.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
        var guessed = hooks.Answer(notice);
        guessed["digest"] = new string('a', 64);
        Assert.Equal("answer-nonce", (await hooks.SendAsync(guessed)).Code);
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Code); // the policy does not let this person answer
        Assert.Contains(await hooks.Site.EntriesAsync("control.refused"), static one => one.GetProperty("why").GetString() == "answered-already");
    }

    [Fact]
    public async Task GrantByAnotherWay_NotifiesAgain_WithANewNonceAndTheNumber()
    {
        await using var hooks = await WebhookSite.StartAsync(
            rules: [Calls(2), Everyone with { Who = new WhoClause { Subjects = new NameSet(["carol", "erin"]) } }]);
        var (call, id, notice) = await hooks.AskAsync();
        var shown = await hooks.Site.ShownAsync(id, "erin");
        Assert.Equal(200, (await hooks.Site.ActAsync("approval.grant", new { id, shown }, "erin")).Status);
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.Equal((id, 1), (next.Text("approval"), next.Data.GetProperty("granted").GetInt32()));
        Assert.NotEqual(notice.Text("nonce"), next.Text("nonce"));
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice))).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData("no-iat", "iat")]
    [InlineData("unknown-member", "remember")]
    [InlineData("right-for-a-time", "approval")]
    [InlineData("other-decision", "decision")]
    [InlineData("long-reason", "reason")]
    [InlineData("acr-of-another-type", "acr")]
    public async Task MemberThatIsNotAsItMustBe_IsNamed(string fault, string member)
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (_, _, notice) = await hooks.AskAsync();
        var wrong = hooks.Answer(notice);
        Spoil(wrong, fault, hooks, notice);
        var refused = await hooks.SendAsync(wrong);
        Assert.Equal("answer-members", refused.Code);
        Assert.EndsWith(": " + member, refused.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemedyOfARefusedAnswer_NamesNoOtherWay()
    {
        await using var hooks = await WebhookSite.StartAsync(settings: static s => s with
        { Administration = s.Administration with { Strengths = ["mfa"] } });
        var (_, _, notice) = await hooks.AskAsync();
        var (other, weak) = (hooks.Answer(notice), hooks.Answer(notice));
        other["shown"] = new string('a', 64);
        weak["acr"] = "pwd";
        (JsonObject, string, string)[] all = [(other, "not-shown", "newest notification"), (weak, "insufficient_user_authentication", "sign acr")];
        foreach (var (wrong, code, says) in all)
        {
            var refused = await hooks.SendAsync(wrong);
            var remedy = refused.Body.GetProperty("remedy").GetString()!;
            Assert.Equal(code, refused.Code);
            Assert.Contains(says, remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("approval.show", remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("token", remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WithoutArguments_TheNotificationSaysSo_NoOneGrants_AndADenialCounts()
    {
        await using var hooks = await WebhookSite.StartAsync(change: static one => one with { SendsArguments = false });
        var (call, id, notice) = await hooks.AskAsync();
        Assert.False(notice.Data.GetProperty("arguments").GetBoolean());
        Assert.Contains("no one can grant it here", notice.Text("notice"), StringComparison.Ordinal);
        Assert.False(notice.Data.TryGetProperty("parameters", out _));
        Assert.DoesNotContain("amount", Encoding.UTF8.GetString(notice.Body), StringComparison.Ordinal);
        Assert.Equal("arguments-not-shown", (await hooks.SendAsync(hooks.Answer(notice))).Code);
        // Nor with the digest of the whole text, which the person was shown by another way.
        var whole = hooks.Answer(notice);
        whole["shown"] = await hooks.Site.ShownAsync(id, "carol");
        Assert.Equal("arguments-not-shown", (await hooks.SendAsync(whole)).Code);
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, decision: "deny"))).Status);
        Assert.Equal("GH4201", await AskingGateway.CodeAsync(call));
    }

    [Fact]
    public async Task CallerItself_GrantsNothing_AndAPersonWhomNoRuleNames_AnswersNothing()
    {
        await using var hooks = await WebhookSite.StartAsync(
            rules: [AskingGateway.Calls, Everyone with { Who = new WhoClause { Subjects = new NameSet(["alice", "carol"]) } }]);
        var (_, id, notice) = await hooks.AskAsync();
        Assert.Equal("approver-is-requester", (await hooks.SendAsync(hooks.Answer(notice, "alice"))).Code);
        Assert.Equal("no-approval-right", (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Code);
        Assert.Equal("no-approval-right", (await hooks.SendAsync(hooks.Answer(notice, "dora", "deny"))).Code);
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
    }

    // The groups are those of the configuration: a rule that names a group names the people of the entry.
    [Fact]
    public async Task Groups_AreThoseOfTheConfiguration()
    {
        var leads = AskingGateway.Approvers with { Who = new WhoClause { Groups = new NameSet(["leads"]) } };
        await using var hooks = await WebhookSite.StartAsync(rules: [AskingGateway.Calls, leads],
            change: static one => one with { Approvers = [.. one.Approvers.Select(static entry => entry with { Groups = ["leads"] })] });
        var (call, _, notice) = await hooks.AskAsync();
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(null, 30L)] // no context at all
    [InlineData("pwd", 30L)] // a weak one
    [InlineData("mfa", null)] // no time
    [InlineData("mfa", 3600L)] // too long ago
    [InlineData("mfa", -3600L)] // in the future
    public async Task SignInThatIsTooWeakOrTooOld_IsRefused_WithWhatIsMissing(string? context, long? age)
    {
        await using var hooks = await WebhookSite.StartAsync(settings: static s => s with
        {
            Administration = s.Administration with { Strengths = ["mfa"], MaxAge = TimeSpan.FromMinutes(15) },
        });
        var (_, _, notice) = await hooks.AskAsync();
        var weak = hooks.Answer(notice);
        weak.Remove("acr");
        weak.Remove("auth_time");
        if (context is not null) weak["acr"] = context;
        if (age is { } seconds) weak["auth_time"] = hooks.Now.ToUnixTimeSeconds() - seconds;
        var refused = await hooks.SendAsync(weak);
        Assert.Equal((403, "insufficient_user_authentication", "mfa"), (refused.Status, refused.Code, refused.Body.GetProperty("acr_values").GetString()));
        Assert.Equal("", refused.Challenge); // there is no token to ask for
        Assert.Empty(hooks.Site.Asking.Forwarded);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
    }

    [Fact]
    public async Task TwoPeople_GrantByTwoWebhooks_AndOneOfThemDoesNotCountTwice()
    {
        var terms = Calls(2);
        await using var hooks = await WebhookSite.StartAsync(["chat", "desk"], rules: [terms, AskingGateway.Approvers]);
        var (call, _, notice) = await hooks.AskAsync();
        var atDesk = await hooks.Hooks["desk"].Receiver.NextAsync("approval.asked");
        Assert.NotEqual(notice.Text("nonce"), atDesk.Text("nonce"));
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice), "desk")).Code); // the nonce of the other webhook
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.Empty(hooks.Site.Asking.Forwarded);
        // The grant of the other webhook is a change here too: the number goes out again, with a new nonce.
        var again = await hooks.Hooks["desk"].Receiver.NextAsync("approval.asked", 2);
        Assert.Equal(1, again.Data.GetProperty("granted").GetInt32());
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(atDesk, "dora"), "desk")).Code);
        Assert.Equal("same-person", (await hooks.SendAsync(hooks.Answer(again), "desk")).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(again, "dora"), "desk")).Status);
        Assert.True((await call).TryGetProperty("result", out _));
        Assert.Single(hooks.Site.Asking.Forwarded);
    }

    [Fact]
    public async Task TwoPeople_GrantByOneWebhook_EachWithANonceOfTheirOwn_AndWithAToken()
    {
        await using var hooks = await WebhookSite.StartAsync(
            rules: [Calls(3), Everyone with { Who = new WhoClause { Subjects = new NameSet(["carol", "dora", "erin"]) } }]);
        var (call, id, notice) = await hooks.AskAsync();
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Code);
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.Equal((id, 1), (next.Text("approval"), next.Data.GetProperty("granted").GetInt32()));
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next, "dora"))).Status);
        Assert.Empty(hooks.Site.Asking.Forwarded);
        var shown = await hooks.Site.ShownAsync(id, "erin");
        Assert.Equal(200, (await hooks.Site.ActAsync("approval.grant", new { id, shown }, "erin")).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task GrantAndDenialAtTheSameTime_HaveOneOutcome()
    {
        await using var hooks = await WebhookSite.StartAsync(["chat", "desk"]);
        var (call, _, notice) = await hooks.AskAsync();
        var atDesk = await hooks.Hooks["desk"].Receiver.NextAsync("approval.asked");
        var answers = await Task.WhenAll(
            hooks.SendAsync(hooks.Answer(notice)), hooks.SendAsync(hooks.Answer(notice)), hooks.SendAsync(hooks.Answer(notice, "dora", "deny")),
            hooks.SendAsync(hooks.Answer(atDesk, "dora", "deny"), "desk"), hooks.SendAsync(hooks.Answer(atDesk, "carol", "deny"), "desk"));
        var taken = Assert.Single(answers, static one => one.Status == 200).Body.GetProperty("message").GetString()!;
        Assert.All(answers.Where(static one => one.Status != 200), static one => Assert.Contains(one.Code, new[] { "answer-nonce", "answered-already" }));
        var isGranted = taken.Contains("is granted", StringComparison.Ordinal);
        Assert.Equal(isGranted, (await call).TryGetProperty("result", out _));
        Assert.Equal(isGranted ? 1 : 0, hooks.Site.Asking.Forwarded.Count);
    }

    [Fact]
    public async Task ContainedPerson_AnswersNothing()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (_, _, notice) = await hooks.AskAsync();
        await hooks.ContainAsync("dora");
        Assert.Equal("person-revoked", (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Code);
        Assert.Empty(hooks.Site.Asking.Forwarded);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
    }

    // Threat: whoever has the key of a revoked person chooses the moment of the signature, and that of the sign-in.
    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 0)]
    [InlineData(600, 0)]
    [InlineData(600, 60)]
    public async Task RevokedPerson_AnswersNothing_WhateverMomentIsSigned(int secondsAfter, int ahead)
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock, settings: static s => s with
        { Approvals = s.Approvals with { Expires = TimeSpan.FromHours(2), Hold = TimeSpan.FromHours(1) } });
        var (_, _, notice) = await hooks.AskAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await hooks.Site.Gateway.Host.Revocations.RevokeSubjectAsync(hooks.Issuer, "dora", "left");
        clock.Advance(TimeSpan.FromSeconds(secondsAfter));
        foreach (var decision in new[] { "grant", "deny" })
        {
            var answer = hooks.Answer(notice, "dora", decision);
            answer["iat"] = hooks.Now.ToUnixTimeSeconds() + ahead;
            answer["auth_time"] = hooks.Now.ToUnixTimeSeconds() - 3600;
            var refused = await hooks.SendAsync(answer);
            Assert.Equal((403, "person-revoked"), (refused.Status, refused.Code));
        }

        Assert.Empty(hooks.Site.Asking.Forwarded);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status); // other people of the webhook still count
    }

    // The operator puts the keys of the configuration in force again. What was signed before the revocation counts no more even then.
    [Fact]
    public async Task ReloadAfterARevocation_LetsTheKeysCountAgain_AndAContainmentDoesNot()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock);
        var (call, _, notice) = await hooks.AskAsync();
        var before = hooks.Answer(notice, "dora");
        clock.Advance(TimeSpan.FromSeconds(1));
        await hooks.Site.Gateway.Host.Revocations.RevokeSubjectAsync(hooks.Issuer, "dora", "left");
        await hooks.ContainAsync("erin"); // puts a snapshot in force, and no configuration
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("person-revoked", (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Code);
        Assert.Empty(await hooks.ReloadAsync());
        Assert.Equal("person-revoked", (await hooks.SendAsync(before)).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, "dora"))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    // Threat: refused answers push out what other people were shown by another way, of which few are kept for each question.
    [Fact]
    public async Task RefusedAnswersOfPeopleWithoutARight_TakeNoOnesShowing()
    {
        string[] crowd = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"];
        await using var hooks = await WebhookSite.StartAsync(
            change: one => one with { Approvers = [one.Approvers[0] with { Subjects = ["dora", .. crowd] }] });
        var (call, id, notice) = await hooks.AskAsync();
        var shown = await hooks.Site.ShownAsync(id, "carol");
        foreach (var one in crowd) Assert.Equal("no-approval-right", (await hooks.SendAsync(hooks.Answer(notice, one))).Code);
        Assert.Equal(200, (await hooks.Site.ActAsync("approval.grant", new { id, shown }, "carol")).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData("grant")]
    [InlineData("deny")]
    public async Task ReloadThatChangesTheText_SendsTheQuestionAgain_AndTheNewestAnswerCounts(string decision)
    {
        await using var hooks = await WebhookSite.StartAsync(rules: [Remembering, AskingGateway.Approvers]);
        var (call, _, notice) = await hooks.AskAsync();
        hooks.ReplaceApprovals(static one => one with { RememberMax = TimeSpan.FromDays(2) });
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.NotEqual(notice.Text("shown"), next.Text("shown"));
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice, decision: decision))).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next, decision: decision))).Status);
        await call;
        Assert.Equal(decision == "grant" ? 1 : 0, hooks.Site.Asking.Forwarded.Count);
    }

    [Fact]
    public async Task RequestThatIsNoAnswer_IsRefused_AndTheListenerOfMcpHasNoSuchAddress()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (_, id, notice) = await hooks.AskAsync();
        var signed = hooks.Signer.Sign(hooks.Answer(notice));
        Assert.Equal(415, (await hooks.SendAsync(signed, type: "text/plain")).Status);
        Assert.Equal(415, (await hooks.SendAsync(signed, type: "application/json")).Status);
        Assert.Equal(413, (await hooks.SendAsync(new string('a', 40_000))).Status);
        Assert.Equal(400, (await hooks.Site.SendAsync("/v1/webhooks/chat/answers?answer=grant", signed, null, ("Content-Type", "application/jose"))).Status);
        using var get = new HttpRequestMessage(HttpMethod.Get, new Uri(hooks.Site.Url, "/v1/webhooks/chat/answers"));
        Assert.Equal(405, (await hooks.Site.ReadAsync(get)).Status);
        Assert.Equal(403, (await hooks.Site.SendAsync("/v1/webhooks/chat/answers", signed, null, ("Content-Type", "application/jose"), ("Origin", "https://page.example"))).Status);
        using var mcp = new HttpRequestMessage(HttpMethod.Post, new Uri(hooks.Site.Gateway.Host.Address, "/v1/webhooks/chat/answers"))
        { Content = new StringContent(signed, Encoding.ASCII, "application/jose") };
        using var missing = await hooks.Site.Gateway.SendAsync(mcp);
        Assert.Equal(404, (int)missing.StatusCode);
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Equal(200, (await hooks.SendAsync(signed)).Status);
    }

    // A signature is over one answer: it opens no other act, and a question about something else than a call takes none.
    [Fact]
    public async Task TokenOfAnApprover_IsNoSignature()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (_, _, notice) = await hooks.AskAsync();
        var bare = AnswerSigner.Forge(hooks.Answer(notice), "none", null);
        var answer = await hooks.Site.SendAsync("/v1/webhooks/chat/answers", bare, hooks.Site.Token("carol"), ("Content-Type", "application/jose"));
        Assert.Equal("invalid-answer", answer.Code);
        Assert.Empty(hooks.Site.Asking.Forwarded);
    }

    [Fact]
    public async Task FloodOfAnswers_IsRefused_AndLeavesRoomForOthers()
    {
        await using var hooks = await WebhookSite.StartAsync(clock: new ManualTimeProvider());
        var (_, _, notice) = await hooks.AskAsync();
        var statuses = new List<int>();
        for (var i = 0; i < 700 && !statuses.Contains(429); i++) statuses.Add((await hooks.SendAsync("x.y.z")).Status);
        Assert.Equal([403, 429], statuses.Distinct().Order());
        if (OperatingSystem.IsLinux()) Assert.Equal(200, await SendFromAsync("127.0.0.2", hooks, hooks.Signer.Sign(hooks.Answer(notice))));
    }

    // Its text has the longest time for which an answer is remembered.
    internal static PolicyRule Remembering { get; } = AskingGateway.Calls with
    {
        Obligations = [Gatehouse.Policy.Rules.Obligation.ForApproval(ApprovalTerms.Default with { Remember = RememberScope.Arguments })],
    };

    private static PolicyRule Calls(int people) =>
        AskingGateway.Calls with { Obligations = [Gatehouse.Policy.Rules.Obligation.ForApproval(ApprovalTerms.Default with { Approvers = people })] };

    private static void Spoil(JsonObject answer, string fault, WebhookSite hooks, Notification other)
    {
        switch (fault)
        {
            case "person-of-another-issuer": answer["person"]!["issuer"] = "https://login.example"; break;
            case "person-not-listed": answer["person"]!["subject"] = "mallory"; break;
            case "nonce-of-another-question": answer["nonce"] = other.Text("nonce"); break;
            case "invented-nonce": answer["nonce"] = new string('A', 43); break;
            case "another-approval": answer["approval"] = other.Text("approval"); break;
            case "changed-digest": answer["digest"] = other.Text("digest"); break;
            case "changed-shown": answer["shown"] = other.Text("shown"); break;
            case "old": answer["iat"] = hooks.Now.AddMinutes(-6).ToUnixTimeSeconds(); break;
            case "future": answer["iat"] = hooks.Now.AddMinutes(2).ToUnixTimeSeconds(); break;
            case "no-iat": answer.Remove("iat"); break;
            case "unknown-member": answer["remember"] = "calls"; break;
            case "groups": answer["groups"] = new JsonArray("leads"); break;
            case "right-for-a-time": answer["approval"] = "acc-" + other.Text("approval")[4..]; break;
            case "other-decision": answer["decision"] = "yes"; break;
            case "long-reason": answer["reason"] = new string('a', 1025); break;
            case "acr-of-another-type": answer["acr"] = 3; break;
            default: throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    // Another address of this machine on Linux.
    private static async Task<int> SendFromAsync(string source, WebhookSite hooks, string body)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(hooks.Site.Url, "/v1/webhooks/chat/answers"))
        { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/jose");
        using var answer = await client.SendAsync(request, CancellationToken.None);
        return (int)answer.StatusCode;
    }

    private static (int Status, string Body) Shape(AdministrationAnswer answer) => (answer.Status, answer.Body.GetRawText());
}
