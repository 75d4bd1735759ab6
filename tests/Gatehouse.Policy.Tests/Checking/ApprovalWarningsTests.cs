using Gatehouse.Policy.Analysis.Checking;

namespace Gatehouse.Policy.Tests.Checking;

[Trait("Requirement", "AZ-04")]
public sealed class ApprovalWarningsTests
{
    private const string Asks =
        "- { id: pay, permit: { anyone: true, servers: [billing], tools: [\"pay_*\"] }, obligations: { approval: { approvers: 2 } } }\n";

    [Theory]
    [InlineData("")]
    [InlineData("- { id: leads, permit: { roles: [lead], servers: [shop], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { roles: [lead], tools: [drop], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { roles: [lead], prompts: [\"*\"], directions: [approvals] } }\n")]
    [InlineData("- { id: all, permit: { anyone: true } }\n")]
    [InlineData("- { id: none, forbid: { anyone: true, directions: [approvals] } }\n")]
    public void AQuestionThatNobodyMayAnswer_IsNamed(string others)
    {
        var warning = Assert.Single(ApprovalWarnings.Find(Policies.Rules(Asks + others)));
        Assert.Equal("pay", warning.RuleId);
        Assert.Contains("lets a person answer", warning.Message, StringComparison.Ordinal);
        Assert.Contains("directions: [approvals]", warning.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- { id: leads, permit: { roles: [lead], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { roles: [lead], servers: [\"b*\"], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { roles: [lead], servers: [billing], tools: [pay_rent], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { roles: [lead], methods: [tools/call], directions: [approvals] } }\n")]
    public void AQuestionThatSomebodyMayAnswer_IsNot(string others) => Assert.Empty(ApprovalWarnings.Find(Policies.Rules(Asks + others)));

    [Theory]
    [InlineData("- { id: leads, permit: { subjects: [ada], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { subjects: [ada], roles: [lead], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { subjects: [ada], issuers: [\"https://i.example\"], directions: [approvals] } }\n")]
    [InlineData("""
        - { id: leads, permit: { subjects: [ada], directions: [approvals] } }
        - { id: same, permit: { subjects: [ada], tools: [pay_rent], directions: [approvals] } }
        - { id: others, permit: { subjects: [bob], servers: [shop], directions: [approvals] } }

        """)]
    public void AQuestionThatNeedsMorePeopleThanMayAnswer_IsNamed(string others)
    {
        var warning = Assert.Single(ApprovalWarnings.Find(Policies.Rules(Asks + others)));
        Assert.Equal("pay", warning.RuleId);
        Assert.Equal("this rule needs the grants of 2 people, and the rules of the direction approvals name only 1", warning.Message);
        Assert.Empty(ApprovalWarnings.Find(Policies.Rules(Asks.Replace("approvers: 2", "approvers: 1", StringComparison.Ordinal) + others)));
    }

    [Theory]
    [InlineData("- { id: leads, permit: { subjects: [ada, bob], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { subjects: [\"a*\"], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { subjects: [ada], issuers: [\"https://*\"], directions: [approvals] } }\n")]
    [InlineData("- { id: leads, permit: { subjects: [ada], issuers: [\"https://i.example\", \"https://j.example\"], directions: [approvals] } }\n")]
    [InlineData("""
        - { id: ada, permit: { subjects: [ada], directions: [approvals] } }
        - { id: bob, permit: { subjects: [bob], tools: [pay_rent], directions: [approvals] } }

        """)]
    [InlineData("""
        - { id: ada, permit: { subjects: [ada], directions: [approvals] } }
        - { id: leads, permit: { groups: [leads], directions: [approvals] } }

        """)]
    public void AQuestionThatEnoughPeopleMayAnswer_IsNot(string others) => Assert.Empty(ApprovalWarnings.Find(Policies.Rules(Asks + others)));

    [Fact]
    public void AnApprovalOfMethodsWithoutTarget_IsNamed()
    {
        const string Leads = "- { id: leads, permit: { roles: [lead], directions: [approvals] } }\n";
        const string Rule = "- { id: a, permit: { anyone: true, methods: [tools/list, ping] }, obligations: { approval: { approvers: 2 } } }\n";
        Assert.Contains("no target", Assert.Single(ApprovalWarnings.Find(Policies.Rules(Rule + Leads))).Message, StringComparison.Ordinal);
        Assert.Empty(ApprovalWarnings.Find(Policies.Rules(Rule.Replace("ping", "vendor/do", StringComparison.Ordinal) + Leads)));
    }
}
