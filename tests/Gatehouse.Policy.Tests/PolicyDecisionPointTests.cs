using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Tests;

[Trait("Requirement", "AZ-01")]
public sealed class PolicyDecisionPointTests
{
    private static readonly PolicySubject Alice = Caller();

    [Fact]
    public void WithoutRules_EverythingIsDenied()
    {
        var decision = new PolicyDecisionPoint([]).Decide(Alice, Tool("echo"));
        Assert.False(decision.IsPermitted);
        Assert.Equal("no-rule-permits", decision.Reason);
    }

    [Fact]
    public void Forbid_WinsOverPermit_InAnyOrder()
    {
        PolicyRule permit = new() { Id = "p" };
        PolicyRule forbid = new() { Id = "f", Forbids = true, Tools = new NameSet(["delete*"]) };
        foreach (var rules in new[] { new[] { permit, forbid }, [forbid, permit] })
        {
            var point = new PolicyDecisionPoint(rules);
            Assert.True(point.Decide(Alice, Tool("echo")).IsPermitted);
            Assert.Equal(new PolicyDecision(PolicyEffect.Forbid, "f"), point.Decide(Alice, Tool("deleteAll")));
        }
    }

    [Fact]
    public void ListedTools_PermitNoOtherKindOfThing()
    {
        var point = new PolicyDecisionPoint([new PolicyRule { Id = "p", Tools = new NameSet(["echo"]) }]);
        Assert.True(point.Decide(Alice, Tool("echo")).IsPermitted);
        Assert.False(point.Decide(Alice, Tool("Echo")).IsPermitted);
        Assert.False(point.Decide(Alice, Tool(null)).IsPermitted);
        Assert.False(point.Decide(Alice, new PolicyRequest("s", "prompts/get", PolicyTarget.Prompt, "echo")).IsPermitted);
        Assert.False(point.Decide(Alice, new PolicyRequest("s", "resources/read", PolicyTarget.Resource, "echo")).IsPermitted);
        Assert.True(point.Decide(Alice, new PolicyRequest("s", "tools/list")).IsPermitted);
    }

    [Fact]
    public void UnknownMethod_NeedsItsFullName()
    {
        PolicyRequest unknown = new("s", "vendor/do", KnownMethod: false);
        Assert.False(Point(new PolicyRule { Id = "all" }).Decide(Alice, unknown).IsPermitted);
        Assert.False(Point(new PolicyRule { Id = "glob", Methods = new NameSet(["vendor/*"]) }).Decide(Alice, unknown).IsPermitted);
        Assert.True(Point(new PolicyRule { Id = "named", Methods = new NameSet(["vendor/do"]) }).Decide(Alice, unknown).IsPermitted);
    }

    [Fact]
    public void Who_NeedsAMatchInEveryListThatIsGiven()
    {
        WhoClause who = new() { Subjects = new NameSet(["alice"]), Roles = new NameSet(["staff", "admin"]) };
        Assert.True(who.Matches(Alice));
        Assert.False(who.Matches(Caller(subject: "bob")));
        Assert.False(who.Matches(Caller(roles: [])));
        Assert.False(new WhoClause { Clients = new NameSet(["app"]) }.Matches(Caller(client: null)));
        Assert.False(new WhoClause { Issuers = new NameSet(["https://issuer"]) }.Matches(Caller(issuer: "https://issuer/")));
    }

    [Theory]
    [InlineData("a*", "abc", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("*", "", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("a**b", "ab", true)]
    public void Patterns_MatchTheWholeName(string pattern, string name, bool expected) =>
        Assert.Equal(expected, new NamePattern(pattern).Matches(name));

    [Fact]
    public void Patterns_AgreeWithAnIndependentMatcher()
    {
        var random = new Random(20261120);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Word(random, "ab*", 1);
            var name = Word(random, "ab", 0);
            var expected = System.Text.RegularExpressions.Regex.IsMatch(name,
                "^(?:" + pattern.Replace("*", "[ab]*", StringComparison.Ordinal) + ")\\z");
            Assert.True(expected == new NamePattern(pattern).Matches(name), $"{pattern} ~ {name}");
        }
    }

    [Fact]
    public void LongNames_AreMatchedInOnePass()
    {
        // A backtracking matcher needs longer than the age of the universe for this one.
        var pattern = new NamePattern(string.Concat(Enumerable.Repeat("a*", 40)) + "b");
        Assert.False(pattern.Matches(new string('a', 100_000)));
    }

    private static PolicySubject Caller(string issuer = "https://issuer", string subject = "alice", string? client = "app", string[]? roles = null) =>
        new(issuer, subject, client, ["mcp:tools"], roles ?? ["staff"], ["blue"]);

    private static PolicyDecisionPoint Point(PolicyRule rule) => new([rule]);

    private static PolicyRequest Tool(string? name) => new("s", "tools/call", PolicyTarget.Tool, name);

    private static string Word(Random random, string alphabet, int least) =>
        string.Concat(Enumerable.Range(0, random.Next(least, 8)).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
