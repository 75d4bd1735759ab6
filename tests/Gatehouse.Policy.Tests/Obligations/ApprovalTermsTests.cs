using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Tests.Obligations;

/// <summary>The terms under which a person approves a call: every fault, their join, and the rules that say who may answer.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ApprovalTermsTests
{
    [Theory]
    [InlineData("obligations: { approval: two }", "obligations.approval", "keys are expected", "'strength'")]
    [InlineData("obligations: { approval: {} }", "obligations.approval", "keys are expected", "'strength'")]
    [InlineData("obligations: { approval: { strength: loud } }", "obligations.approval.strength", "not an allowed value", "approval or confirm")]
    [InlineData("obligations: { approval: { otherwise: approval } }", "obligations.approval.otherwise", "belongs to the strength 'confirm'",
        "strength: confirm")]
    [InlineData("obligations: { approval: { strength: confirm, otherwise: permit } }", "obligations.approval.otherwise", "not an allowed value",
        "approval or deny")]
    [InlineData("obligations: { approval: { strength: confirm, approvers: 2 } }", "obligations.approval.approvers", "has no effect",
        "otherwise: approval")]
    [InlineData("obligations: { approval: { strength: confirm, self: false } }", "obligations.approval.self", "has no effect", "otherwise: approval")]
    [InlineData("obligations: { approval: { strength: confirm, otherwise: deny, whenClientLeaves: close } }",
        "obligations.approval.whenClientLeaves", "has no effect", "otherwise: approval")]
    [InlineData("obligations: { approval: { remember: always } }", "obligations.approval.remember", "not an allowed value", "path:file")]
    [InlineData("obligations: { approval: { remember: \"path:\" } }", "obligations.approval.remember", "not an allowed value", "path:file")]
    [InlineData("obligations: { approval: { remember: \"path:/a/*\" } }", "obligations.approval.remember", "not an allowed value", "path:file")]
    [InlineData("obligations: { approval: { remember: arguments, approvers: 2 } }", "obligations.approval.remember", "several people",
        "approvers: 1")]
    [InlineData("obligations: { approval: { remember: arguments, strength: confirm } }", "obligations.approval.remember", "never remembered",
        "strength: approval")]
    [InlineData("obligations: { approval: { remember: uri, strength: confirm, otherwise: approval } }", "obligations.approval.remember",
        "never remembered", "strength: approval")]
    [InlineData("obligations: { approval: { rememberFor: 8h } }", "obligations.approval.rememberFor", "has no effect", "remember: arguments")]
    [InlineData("obligations: { approval: { remember: none, rememberFor: 8h } }", "obligations.approval.rememberFor", "has no effect", "remove it")]
    [InlineData("obligations: { approval: { remember: arguments, rememberFor: 59s } }", "obligations.approval.rememberFor", "1m to 365d", "8h")]
    [InlineData("obligations: { approval: { remember: arguments, rememberFor: 366d } }", "obligations.approval.rememberFor", "1m to 365d", "8h")]
    [InlineData("obligations: { approval: { approvers: 0 } }", "obligations.approval.approvers", "out of range", "1 to 5")]
    [InlineData("obligations: { approval: { approvers: 6 } }", "obligations.approval.approvers", "out of range", "1 to 5")]
    [InlineData("obligations: { approval: { approvers: 1.5 } }", "obligations.approval.approvers", "out of range", "whole number")]
    [InlineData("obligations: { approval: { approvers: two } }", "obligations.approval.approvers", "not a number", "without quotes")]
    [InlineData("obligations: { approval: { self: yes } }", "obligations.approval.self", "not true or false", "self: true")]
    [InlineData("obligations: { approval: { expires: 59s } }", "obligations.approval.expires", "1m to 24h", "15m")]
    [InlineData("obligations: { approval: { expires: 25h } }", "obligations.approval.expires", "1m to 24h", "15m")]
    [InlineData("obligations: { approval: { expires: soon } }", "obligations.approval.expires", "1m to 24h", "15m")]
    [InlineData("obligations: { approval: { expires: 999999999h } }", "obligations.approval.expires", "1m to 24h", "15m")]
    [InlineData("obligations: { approval: { whenClientLeaves: wait } }", "obligations.approval.whenClientLeaves", "not an allowed value",
        "keep or close")]
    [InlineData("obligations: { approval: { approver: 2 } }", "obligations.approval.approver", "unknown here", "did you mean 'approvers'")]
    public void TheFaultOfTerms_IsNamedWithItsPlaceAndRemedy(string obligations, string path, string message, string remedy) =>
        IsTheOneFault($"permit: {{ anyone: true }}, {obligations}", path, message, remedy);

    [Theory]
    [InlineData("forbid: { anyone: true }, obligations: { approval: { approvers: 2 } }", "obligations", "cannot have obligations", "permit")]
    [InlineData("permit: { anyone: true, directions: [calls, sampling] }, obligations: { approval: { approvers: 2 } }", "obligations",
        "requests of the server", "rule of its own")]
    [InlineData("permit: { anyone: true, directions: [elicitation] }, obligations: { approval: { approvers: 2 } }", "obligations",
        "about none", "calls")]
    [InlineData("permit: { anyone: true, directions: [lists] }, obligations: { approval: { approvers: 2 } }", "obligations", "about none", "calls")]
    [InlineData("permit: { anyone: true, directions: [approvals, calls] }", "", "people who answer", "rule of its own")]
    [InlineData("permit: { anyone: true, directions: [approvals] }, obligations: { log: payload }", "obligations", "no obligations",
        "rule of the call")]
    [InlineData("permit: { anyone: true, directions: [approvals] }, obligations: { approval: { approvers: 2 } }", "obligations",
        "no obligations", "rule of the call")]
    [InlineData("permit: { anyone: true, directions: [approvals] }, when: [{ argument: a, equals: 1 }]", "when", "the caller chooses them", "claim")]
    [InlineData("permit: { anyone: true, directions: [approvals] }, when: [{ any: [{ not: { argument: a, equals: 1 } }] }]", "when",
        "the caller chooses them", "claim")]
    [InlineData("permit: { anyone: true, resources: [\"n://{o}\"], directions: [approvals] }, when: [{ variable: o, equals: a }]", "when",
        "the caller chooses them", "claim")]
    [InlineData("forbid: { directions: [approvals] }, when: [{ argument: a, equals: 1 }]", "when", "the caller chooses them", "claim")]
    public void ARuleThatMeansSomethingElse_IsAFault(string rule, string path, string message, string remedy) =>
        IsTheOneFault(rule, path, message, remedy);

    [Fact]
    public void SeveralApprovers_AreAFault_WhereOnePersonExists()
    {
        const string Rule = "  - { id: a, permit: { anyone: true }, obligations: { approval: { approvers: 2 } } }\n";
        var fault = Assert.Single(Policies.Faults(Rule, PolicyNames.Unknown with { HasOnePerson = true }));
        Assert.Equal((3, "rules[0].obligations.approval.approvers"), (fault.Line, fault.Path));
        Assert.Contains("one person", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Policies.Faults(Rule));
        Assert.Empty(Policies.Faults(Rule.Replace("2", "1", StringComparison.Ordinal), PolicyNames.Unknown with { HasOnePerson = true }));
    }

    [Fact]
    public void Terms_AreReadAsWritten()
    {
        var rules = Policies.Rules(
            "- { id: a, permit: { anyone: true }, obligations: { approval: { approvers: 5, self: true, expires: 1h, whenClientLeaves: close } } }\n"
                + "- { id: b, permit: { anyone: true }, obligations: { approval: { strength: approval, remember: none, whenClientLeaves: keep } } }\n"
                + "- { id: c, permit: { anyone: true } }\n"
                + "- { id: d, permit: { anyone: true }, obligations: { approval: { strength: confirm } } }\n"
                + "- { id: e, permit: { anyone: true }, obligations: { approval: { strength: confirm, otherwise: approval, approvers: 2 } } }\n"
                + "- { id: f, permit: { anyone: true }, obligations: { approval: { strength: confirm, otherwise: deny, expires: 5m } } }\n");
        Assert.Equal([new ApprovalTerms { Approvers = 5, MaySelf = true, Expires = TimeSpan.FromHours(1), ClosesWithClient = true },
            ApprovalTerms.Default, null,
            new ApprovalTerms { Strength = ApprovalStrength.Confirm },
            new ApprovalTerms { Strength = ApprovalStrength.Confirm, OtherwiseApproval = true, Approvers = 2 },
            new ApprovalTerms { Strength = ApprovalStrength.Confirm, Expires = TimeSpan.FromMinutes(5) }], rules.Select(rule => rule.Approval));
    }

    [Fact]
    public void JoinedTerms_AreTheStricterOfEachMember()
    {
        var one = new ApprovalTerms { Approvers = 3, MaySelf = true, Expires = TimeSpan.FromHours(1) };
        var two = new ApprovalTerms { Expires = TimeSpan.FromMinutes(5), ClosesWithClient = true };
        var joined = new ApprovalTerms { Approvers = 3, Expires = TimeSpan.FromMinutes(5), ClosesWithClient = true };
        Assert.Equal(joined, one.And(two));
        Assert.Equal(joined, two.And(one));
        Assert.Equal(one, one.And(one));
        Assert.Equal(TimeSpan.FromHours(1), one.And(ApprovalTerms.Default).Expires); // a rule without a time of its own does not lengthen another's
    }

    // A confirmation never takes the place of an approval, and one rule that refuses is enough.
    [Fact]
    public void JoinedStrength_IsTheStronger_AndRefusalWins()
    {
        var confirm = new ApprovalTerms { Strength = ApprovalStrength.Confirm, OtherwiseApproval = true };
        Assert.Equal(ApprovalStrength.Approval, confirm.And(ApprovalTerms.Default).Strength);
        Assert.Equal(ApprovalStrength.Approval, ApprovalTerms.Default.And(confirm).Strength);
        Assert.Equal(confirm, confirm.And(confirm));
        Assert.False(confirm.And(new ApprovalTerms { Strength = ApprovalStrength.Confirm }).OtherwiseApproval);
    }

    [Theory]
    [InlineData(RememberScope.None, null, RememberScope.Path, "/a", RememberScope.None, null)]
    [InlineData(RememberScope.Arguments, null, RememberScope.Path, "/a", RememberScope.Arguments, null)]
    [InlineData(RememberScope.Path, "/a", RememberScope.Path, "/a", RememberScope.Path, "/a")]
    [InlineData(RememberScope.Path, "/a", RememberScope.Path, "/b", RememberScope.Arguments, null)]
    [InlineData(RememberScope.Path, null, RememberScope.Path, null, RememberScope.Path, null)]
    [InlineData(RememberScope.Path, null, RememberScope.Path, "/a", RememberScope.Arguments, null)]
    public void JoinedMemory_IsTheNarrower(RememberScope one, string? pointer, RememberScope other, string? otherPointer, RememberScope both,
        string? bothPointer)
    {
        var joined = new ApprovalTerms { Remember = one, RememberPointer = pointer }
            .And(new ApprovalTerms { Remember = other, RememberPointer = otherPointer });
        Assert.Equal((both, bothPointer), (joined.Remember, joined.RememberPointer));
    }

    // A remembered answer is that of one person about one call, and so it is neither for four eyes nor for a confirmation.
    [Fact]
    public void NothingIsRemembered_WhereAnotherRuleAsksMorePeople()
    {
        var kept = new ApprovalTerms { Remember = RememberScope.Arguments, RememberFor = TimeSpan.FromHours(8) };
        Assert.Equal(RememberScope.Arguments, kept.And(kept).Remember);
        Assert.Equal(RememberScope.None, kept.And(new ApprovalTerms { Approvers = 2, Remember = RememberScope.Arguments }).Remember);
        Assert.Equal(TimeSpan.FromHours(1), kept.And(kept with { RememberFor = TimeSpan.FromHours(1) }).RememberFor);
        Assert.Equal(TimeSpan.FromHours(8), kept.And(kept with { RememberFor = null }).RememberFor);
    }

    [Theory]
    [InlineData("remember: arguments", RememberScope.Arguments, null)]
    [InlineData("remember: uri", RememberScope.Path, null)]
    [InlineData("remember: \"path:file\"", RememberScope.Path, "file")]
    [InlineData("remember: \"path:/from/file\"", RememberScope.Path, "/from/file")]
    public void Memory_IsReadAsWritten_AndWrittenAsRead(string text, RememberScope scope, string? argument)
    {
        var rule = Assert.Single(Policies.Rules(
            $"- {{ id: a, permit: {{ anyone: true }}, obligations: {{ approval: {{ {text}, rememberFor: 7d }} }} }}\n"));
        Assert.Equal(new ApprovalTerms { Remember = scope, RememberPointer = argument, RememberFor = TimeSpan.FromDays(7) }, rule.Approval);
        var written = Assert.Single(Policies.Rules(PolicyWriter.Write([rule])["version: 1\nrules:\n".Length..]));
        Assert.Equal(rule.Approval, written.Approval);
        Assert.Equal(RuleText.Of(rule), RuleText.Of(written));
    }

    [Fact]
    public void TheText_IsTheMeaning_AndNothingElse()
    {
        var rules = Policies.Rules(
            "- { id: a, description: one, permit: { anyone: true, tools: [t] }, obligations: { approval: { approvers: 2 } } }\n"
                + "- { id: b, permit: { anyone: true, tools: [t] }, obligations: { approval: { approvers: 2, remember: none } } }\n"
                + "- { id: c, permit: { anyone: true, tools: [t] }, obligations: { approval: { approvers: 3 } } }\n"
                + "- { id: d, permit: { anyone: true, tools: [u] }, obligations: { approval: { approvers: 2 } } }\n", "team.yaml");
        Assert.Equal(RuleText.Of(rules[0]), RuleText.Of(rules[1]));
        Assert.Equal(3, rules.Select(RuleText.Of).Distinct().Count());
    }

    [Fact]
    public void OnlyTheDirectionApprovals_LetsPeopleAnswer()
    {
        var policy = Policies.Point(
            "- { id: all, permit: { anyone: true } }\n- { id: leads, permit: { roles: [lead], tools: [\"pay_*\"], directions: [approvals] } }\n"
                + "- { id: never, forbid: { subjects: [mallory], directions: [approvals] } }\n");
        var ask = Policies.Call("pay_rent") with { Direction = PolicyDirection.Approvals, OpenArguments = true };
        Assert.Equal(PolicyEffect.Deny, policy.Decide(Policies.Caller(), ask).Effect);
        Assert.Equal("leads", policy.Decide(Policies.Caller(roles: ["lead"]), ask).RuleId);
        Assert.Equal(PolicyEffect.Deny, policy.Decide(Policies.Caller(roles: ["lead"]), ask with { Name = "drop" }).Effect);
        Assert.Equal(PolicyEffect.Forbid, policy.Decide(Policies.Caller(subject: "mallory", roles: ["lead"]), ask).Effect);
        var leads = Policies.Point("- { id: leads, permit: { roles: [lead], directions: [approvals] } }\n");
        Assert.False(leads.Decide(Policies.Caller(roles: ["lead"]), Policies.Call("pay_rent")).IsPermitted); // to approve is not to call
        Assert.False(leads.Decide(Policies.Caller(roles: ["lead"]), new PolicyRequest("files", "ping")).IsPermitted);
    }

    private static void IsTheOneFault(string rule, string path, string message, string remedy)
    {
        var fault = Assert.Single(Policies.Faults($"  - {{ id: a, permit: {{ anyone: true }} }}\n  - {{ id: b, {rule} }}\n"));
        Assert.Equal((4, path.Length == 0 ? "rules[1]" : "rules[1]." + path), (fault.Line, fault.Path));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }
}
