using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Tests;

/// <summary>Rules over resources: patterns, their variables, URIs that are read differently, templates.</summary>
[Trait("Requirement", "AZ-01")]
public sealed class ResourceTests
{
    private const string Owners =
        "  - { id: own, permit: { anyone: true, resources: [\"notes://{owner}/*\"] }, when: [{ variable: owner, equalsClaim: sub }] }";

    [Theory]
    [InlineData("notes://alice/1", true)]
    [InlineData("notes://alice/a/b", true)]
    [InlineData("notes://bob/1", false)]
    [InlineData("notes://alice", false)]
    [InlineData("notes://ali%63e/1", false)]
    [InlineData("notes://alice/../bob/1", false)]
    [InlineData("notes://alice/%2e%2e/bob", false)]
    [InlineData("notes://alice/..%2fbob", false)]
    [InlineData("notes://alice/a%252fb", false)]
    [InlineData("notes://alice/a%20b", true)]
    [InlineData("NOTES://alice/1", false)]
    [InlineData("notes://alice\\x/1", false)]
    public void OnlyOnesOwn(string uri, bool expected)
    {
        var policy = Policies.Point(Owners);
        Assert.Equal(expected, policy.Decide(Policies.Caller("""{"sub":"alice"}"""), Policies.Resource(uri)).IsPermitted);
        Assert.Equal(policy.Decide(Policies.Caller("""{"sub":"alice"}"""), Policies.Resource(uri)),
            policy.Explain(Policies.Caller("""{"sub":"alice"}"""), Policies.Resource(uri)).Decision);
    }

    [Theory]
    [InlineData("file:///srv/secret/a", false)]
    [InlineData("file:///srv/open/../secret/a", false)]
    [InlineData("FILE:///srv/secret/a", false)]
    [InlineData("file:///srv/open/a", true)]
    [InlineData("file:///srv/open/a%2fb", false)]
    public void AForbidByPattern_HoldsForWhatIsReadDifferently(string uri, bool expected)
    {
        // The exact permit is not concerned by the hazard: so it is the forbid that speaks.
        var policy = Policies.Point(
            $"  - {{ id: p, permit: {{ anyone: true, resources: [\"{uri.Replace("\\", "\\\\", StringComparison.Ordinal)}\"] }} }}\n  - {{ id: f, "
                + $"forbid: {{ resources: [\"file:///srv/secret/*\"] }} }}");
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Resource(uri)).IsPermitted);
        Assert.Equal(expected, policy.Explain(Policies.Caller(), Policies.Resource(uri)).Decision.IsPermitted);
    }

    [Fact]
    public void AForbidOfAnotherScheme_IsNotConcerned()
    {
        var policy = Policies.Point(
            "  - { id: p, permit: { anyone: true, resources: [\"gitlab://p/a%2Fb\"] } }\n  - { id: f, forbid: { resources: [\"file:///srv/secret/*\"] } }");
        Assert.True(policy.Decide(Policies.Caller(), Policies.Resource("gitlab://p/a%2Fb")).IsPermitted);
    }

    [Theory]
    [InlineData("notes://{owner}/{id}", true)]
    [InlineData("notes://alice/{id}", true)]
    [InlineData("notes://{+path}", true)]
    [InlineData("tickets://{id}", false)]
    public void ATemplate_IsShownWhenSomeResourceOfItCouldBeRead(string template, bool expected) =>
        Assert.Equal(expected, Policies.Point(Owners).Decide(Policies.Caller("""{"sub":"alice"}"""), Policies.Template(template)).IsPermitted);

    [Theory]
    [InlineData("notes://*", false)] // covers every expansion
    [InlineData("notes://bob/*", true)]
    [InlineData("notes://{a}/{b}", true)] // an expression may hold a slash, which these do not match
    public void ATemplate_IsHiddenOnlyWhenAllOfItIsForbidden(string forbidden, bool expected)
    {
        var policy = Policies.Point($"  - {{ id: p, permit: {{ anyone: true }} }}\n  - {{ id: f, forbid: {{ resources: [\"{forbidden}\"] }} }}");
        Assert.Equal(expected, policy.Decide(Policies.Caller(), Policies.Template("notes://{owner}/{+id}")).IsPermitted);
    }

    [Theory]
    [InlineData("a{x}{y}", "follow each other")]
    [InlineData("a{x}*", "follow each other")]
    [InlineData("a{x", "not closed")]
    [InlineData("a{}", "not a name")]
    [InlineData("a{x}/{x}", "occurs twice")]
    public void APatternWithoutOneReading_IsAFault(string pattern, string fault)
    {
        Assert.False(UriPattern.TryParse(pattern, out _, out var found));
        Assert.Contains(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_AgreeWithAnIndependentMatcher()
    {
        var random = new Random(7);
        string[] parts = ["a", "b", "/", "*", "{x}", "{+y}", "ab"];
        var compared = 0;
        while (compared < 20_000)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]));
            if (!UriPattern.TryParse(text, out var pattern, out _)) continue;
            var uri = string.Concat(Enumerable.Range(0, random.Next(0, 8)).Select(_ => "ab/"[random.Next(3)]));
            var expression = "^" + text.Replace("*", "(.*)", StringComparison.Ordinal).Replace("{x}", "(?<x>[^/?#]+)", StringComparison.Ordinal)
                .Replace("{+y}", "(?<y>.+)", StringComparison.Ordinal) + @"\z";
            var match = System.Text.RegularExpressions.Regex.Match(uri, expression);
            Assert.True(match.Success == pattern.Matches(uri), $"{text} ~ {uri}");
            compared++;
        }
    }
}
