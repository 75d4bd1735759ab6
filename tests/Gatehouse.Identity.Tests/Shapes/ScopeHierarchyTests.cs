using System.Collections.Immutable;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Shapes;

public sealed class ScopeHierarchyTests
{
    private static readonly ScopeHierarchy Hierarchy = new(Implies(("admin", "write"), ("write", "read"), ("audit", "read logs")));

    [Theory]
    [InlineData("admin", "admin write read")]
    [InlineData("write", "write read")]
    [InlineData("read", "read")]
    [InlineData("other", "other")]
    [InlineData("audit admin", "audit admin read logs write")]
    [InlineData("", "")]
    public void Expands_ThroughEveryStep(string given, string expected) =>
        Assert.Equal(Split(expected), Hierarchy.Expand(Split(given)));

    [Fact]
    public async Task Gives_ATokenTheScopesThatItsOwnImply()
    {
        var bench = new ValidatorBench(profile => profile with { ScopeHierarchy = Hierarchy });
        var draft = bench.Draft();
        draft.Claims["scope"] = "admin";
        var token = (await bench.ValidateAsync(draft)).Token!;
        Assert.True(token.HasScope("read"));
        Assert.True(token.HasScope("write"));
        Assert.False(token.HasScope("audit"), "a narrow scope never gives a broad one");
        Assert.False((await new ValidatorBench().ValidateAsync(draft)).Token!.HasScope("read"), "without a hierarchy scopes are unrelated");
    }

    [Theory]
    [InlineData("a>b b>a", "a")]
    [InlineData("a>a", "a")]
    [InlineData("x>a a>b b>c c>a", "a")]
    [InlineData("a>b b>c", null)]
    public void Finds_ACircle(string edges, string? expected)
    {
        var implies = edges.Split(' ').Select(edge => edge.Split('>'))
            .ToDictionary(edge => edge[0], edge => ImmutableArray.Create(edge[1]), StringComparer.Ordinal);
        Assert.Equal(expected, ScopeHierarchy.FindCycle(implies));
        if (expected is not null)
            Assert.Throws<ArgumentException>(() => new ScopeHierarchy(implies));
    }

    [Fact]
    public void Refuses_MoreScopesThanItsBound()
    {
        var many = Enumerable.Range(0, ScopeHierarchy.MaxScopes + 1)
            .ToDictionary(number => $"s{number}", _ => ImmutableArray.Create("read"), StringComparer.Ordinal);
        Assert.Throws<ArgumentException>(() => new ScopeHierarchy(many));
    }

    private static Dictionary<string, ImmutableArray<string>> Implies(params (string Scope, string Implied)[] pairs) =>
        pairs.ToDictionary(pair => pair.Scope, pair => Split(pair.Implied), StringComparer.Ordinal);

    private static ImmutableArray<string> Split(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
