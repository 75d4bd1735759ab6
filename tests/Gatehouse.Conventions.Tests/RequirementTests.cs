using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

public sealed partial class RequirementTests
{
    private static readonly string Page = Repository.Read("docs/requirements.md");

    private static readonly string Rows = Repository.Read("docs/reference/specification-rows.md");

    private static readonly string[] Milestone =
    [
        "ID-01", "ID-02", "ID-03", "ID-04", "ID-05", "ID-08", "ST-01", "ST-02", "ST-03", "ST-04", "ST-05", "ST-06", "ST-07", "ST-09",
        "AU-06", "AZ-01", "AZ-02", "AZ-03", "AZ-07", "EX-03", "RG-01", "CO-06",
    ];

    // The last number of each family; numbers are given once and stay.
    private static readonly Dictionary<string, int> Families = LastNumbers();

    [Fact]
    public void EveryTestNamed_Exists()
    {
        var tests = Tests();
        Repository.RequireNone(Markdown.Code(Page).Where(name => name.StartsWith("Gatehouse.", StringComparison.Ordinal) && !tests.Contains(name))
            .Select(name => $"docs/requirements.md names {name}, which is no test"));
    }

    [Theory]
    [InlineData("docs/reference/changes.md")]
    [InlineData("docs/quality.md")]
    [InlineData("docs/reference/fapi.md")]
    public void EveryTestNamedOnAPage_Exists(string page)
    {
        var tests = Tests();
        Repository.RequireNone(Markdown.Code(Repository.Read(page))
            .Where(name => ShortForm().IsMatch(name) && !tests.Any(test => test.EndsWith("." + name, StringComparison.Ordinal)))
            .Select(name => $"{page} names {name}, which is no test"));
    }

    [Fact]
    public void EveryTestClassOfTheThreatModel_Exists()
    {
        var classes = Tests().Select(name => name[..name.LastIndexOf('.')]).ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(Markdown.Code(Repository.Read("docs/threat-model.md"))
            .Where(name => name.StartsWith("Gatehouse.", StringComparison.Ordinal) && !classes.Contains(name))
            .Select(name => $"docs/threat-model.md names {name}, which holds no test"));
    }

    [Fact]
    public void EveryPathOfTheThreatModel_Exists() => Repository.RequireNone(
        Markdown.Code(Repository.Read("docs/threat-model.md"))
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && !Repository.Exists(path))
            .Select(path => $"docs/threat-model.md names {path}, which does not exist"));

    [Fact]
    public void EveryRequirement_AppearsOnceWithAState()
    {
        var states = Markdown.Rows(Page).Select(row => (Id: IdForm().Match(row[0]).Value, State: row.ElementAtOrDefault(1)))
            .Where(row => row.Id.Length > 0).ToList();
        Assert.All(states, row => Assert.Contains(row.State, new[] { "done", "partly", "not yet" }));
        Assert.Equal(states.Count, states.Select(row => row.Id).Distinct().Count());
        var ids = states.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        Assert.All(Milestone, id => Assert.Contains(id, ids));
        Repository.RequireNone(Families.SelectMany(family => Enumerable.Range(1, family.Value).Select(number => $"{family.Key}-{number:00}"))
            .Where(id => !ids.Contains(id)).Select(id => $"docs/requirements.md lacks {id}"));
    }

    [Fact]
    public void EveryRequirementOfTheMilestone_HasASection() => Assert.All(Milestone, id =>
    {
        Assert.Contains($"\n### {id}\n", Page, StringComparison.Ordinal);
        Assert.Matches($@"\| \[{id}\]\(#{id.ToLowerInvariant()}\) \| (done|partly|not yet) \|", Page);
    });

    [Fact]
    public void EveryRequirementOrSpecificationRowThatATestClaims_IsListed() => Repository.RequireNone(
        from file in Repository.Files("tests", ".cs")
        from claim in ClaimForm().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value)
        where !Page.Contains($"| {claim} |", StringComparison.Ordinal) && !Page.Contains($"\n### {claim}\n", StringComparison.Ordinal)
            && !Rows.Contains($"| {claim} |", StringComparison.Ordinal)
        select $"{file} claims {claim}, which neither docs/requirements.md nor docs/reference/specification-rows.md lists");

    /// <summary>Full names of all test methods, from the sources: the assemblies of other projects are not here.</summary>
    private static HashSet<string> Tests() => [.. from file in Repository.Files("tests", ".cs")
        let text = Repository.Read(file)
        let space = SpaceForm().Match(text).Groups[1].Value
        from type in TypeForm().Matches(text)
        let end = type.NextMatch() is { Success: true } next ? next.Index : text.Length
        from method in MethodForm().Matches(text[type.Index..end])
        select $"{space}.{type.Groups[1].Value}.{method.Groups[1].Value}"];

    private static Dictionary<string, int> LastNumbers() => new(StringComparer.Ordinal)
    {
        ["ID"] = 9,
        ["OB"] = 5,
        ["ST"] = 9,
        ["AZ"] = 10,
        ["PI"] = 6,
        ["TP"] = 4,
        ["DP"] = 3,
        ["SK"] = 4,
        ["EX"] = 6,
        ["SC"] = 7,
        ["AU"] = 6,
        ["BA"] = 4,
        ["IN"] = 2,
        ["IR"] = 6,
        ["CO"] = 6,
        ["DE"] = 6,
        ["EN"] = 4,
        ["RG"] = 3,
        ["LB"] = 2,
    };

    [GeneratedRegex(@"^(?:[A-Z][A-Za-z0-9]*\.)*[A-Z][A-Za-z0-9]*Tests\.[A-Z][A-Za-z0-9_]*$")]
    private static partial Regex ShortForm();

    [GeneratedRegex(@"\b[A-Z]{2}-[0-9]{2}\b")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"Trait\(""Requirement"", ""([^""]+)""\)")]
    private static partial Regex ClaimForm();

    [GeneratedRegex(@"^namespace ([A-Za-z0-9_.]+)", RegexOptions.Multiline)]
    private static partial Regex SpaceForm();

    [GeneratedRegex(@"^(?:public|internal) (?:(?:sealed|static|abstract|partial) )*class ([A-Za-z0-9_]+)", RegexOptions.Multiline)]
    private static partial Regex TypeForm();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[\s\S]*?\bpublic (?:static )?(?:async )?(?:void|Task|ValueTask) ([A-Za-z0-9_]+)\(")]
    private static partial Regex MethodForm();
}
