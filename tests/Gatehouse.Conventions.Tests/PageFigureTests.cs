using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Inspection.Texts;

namespace Gatehouse.Conventions.Tests;

/// <summary>Numbers and lists of pages that somebody counted in the code are counted again.</summary>
public sealed partial class PageFigureTests
{
    [Fact]
    public void FiguresOfPages_AreThoseOfTheCode()
    {
        var exercises = Markdown.Rows(Repository.Read("docs/range.md")).Count(row => ExerciseForm().IsMatch(row[0]));
        Require("README.md", @"\[([0-9]+) attacks\]\(docs/range\.md\)", exercises);
        Require("docs/quality.md", @"\| the range \| ([0-9]+) exploits", exercises);

        // A count of zero is a pattern that no longer fits the code, not a figure.
        var excepted = QuotedForm().Count(ExceptedForm().Match(Repository.Read("tests/Gatehouse.Conformance.Tests/ThroughGatewayTests.cs")).Value);
        Assert.NotEqual(0, excepted);
        Require("README.md", "but for ([0-9]+) scenarios that call what", excepted);
        Require("docs/quality.md", "loses checks only in ([0-9]+) scenarios", excepted);
        Require("docs/requirements.md", "([0-9]+) scenarios that pass direct only because", excepted);
    }

    [Fact]
    public void RulesOfResponses_AreThoseOfTheirPage() => Assert.Equal(
        ResponseInspector.Standard(null!, null!, null!, new TextInspector(TimeProvider.System)).RuleNames,
        NumberedForm().Matches(Repository.Read("docs/concepts/inspect-response.md")).Select(match => match.Groups[1].Value));

    [Fact]
    public void StagesOfPages_AreThoseOfThePipeline()
    {
        Assert.Equal(GatewayPipeline.StageNames, Markdown.Rows(Repository.Read("docs/concepts/README.md")).Select(row => LinkForm().Match(row[0]))
            .Where(link => link.Success).Select(link => link.Groups[1].Value));
        // The picture of the README is drawn from the list (PictureTests).
        Assert.Contains("docs/images/pipeline-light.svg", Repository.Read("README.md"), StringComparison.Ordinal);
        const string page = "docs/developers/architecture.md";
        var text = Repository.Read(page);
        var picture = text[text.IndexOf("AI client ──►", StringComparison.Ordinal)..];
        picture = picture[..picture.IndexOf("```", StringComparison.Ordinal)];
        Assert.Equal(
            GatewayPipeline.StageNames.Select(stage => (page, stage, true)),
            GatewayPipeline.StageNames.Select(stage => (page, stage, Regex.IsMatch(picture, $@"(?<![\w-]){stage}(?![\w-])"))));
    }

    [Fact]
    public void AdmissionSteps_OfTheirPage_AreThoseOfThePipeline()
    {
        var page = Repository.Read("docs/developers/pipeline.md");
        var section = page[page.IndexOf("## Admission steps\n", StringComparison.Ordinal)..];
        Assert.Equal(
            AdmissionSteps.InOrder.Select(step => $"`{step.Name}`"),
            Markdown.Rows(section[..section.IndexOf("\n## ", StringComparison.Ordinal)]).Select(row => row[0]).Where(cell => cell != "step"));
    }

    /// <summary>A place in the code that changes or writes a message stands on the page that says that it is complete.</summary>
    [Fact]
    public void ListOfChanges_NamesEveryPlaceThatChangesOrWritesAMessage()
    {
        const string Page = "docs/reference/changes.md";
        var places = from folder in new[] { "src/Gatehouse.Gateway", "src/Gatehouse.Local", "src/Gatehouse.Pipeline", "src/Gatehouse.Upstreams" }
                     from file in Repository.Files(folder, ".cs")
                     where PlaceForm().IsMatch(Repository.Read(file))
                     select file;
        Assert.Equal(places.Order(StringComparer.Ordinal),
            Markdown.Code(Repository.Read(Page)).Where(code => code.StartsWith("src/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DesignRules_ThatCommentsName_StandOnTheirPage()
    {
        var rules = RuleForm().Count(Repository.Read("docs/developers/rules.md"));
        Repository.RequireNone(
            from file in new[] { "src", "tests", "range" }.SelectMany(folder => Repository.Files(folder, ".cs"))
            from match in NamedRuleForm().Matches(Repository.Read(file))
                .Where(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) > rules)
            select $"{file} names {match.Value}; docs/developers/rules.md has {rules}");
    }

    /// <summary>Compares the number that the pattern finds, or writes it when generated files are written.</summary>
    private static void Require(string page, string pattern, int expected)
    {
        var text = Repository.Read(page);
        var match = Regex.Match(text, pattern.Replace(" ", @"\s+", StringComparison.Ordinal));
        Assert.True(match.Success, $"{page} says nothing of the form {pattern}");
        var number = match.Groups[1];
        if (number.Value == expected.ToString(CultureInfo.InvariantCulture)) return;
        Assert.True(Repository.Updates,
            $"{page} says '{match.Value}', and it is {expected}. Write it anew with GATEHOUSE_UPDATE=1 ./test --only conventions.");
        File.WriteAllText(Repository.PathOf(page),
            string.Concat(text.AsSpan(0, number.Index), expected.ToString(CultureInfo.InvariantCulture), text.AsSpan(number.Index + number.Length)));
    }

    [GeneratedRegex("^`[a-z-]+`$")]
    private static partial Regex ExerciseForm();

    [GeneratedRegex(@"CallsWhatIsNotThere\s*=\s*\[[^\]]*\]")]
    private static partial Regex ExceptedForm();

    [GeneratedRegex("\"[^\"]+\"")]
    private static partial Regex QuotedForm();

    [GeneratedRegex(@"^[0-9]+\. \*\*([a-z-]+)\*\*", RegexOptions.Multiline)]
    private static partial Regex NumberedForm();

    [GeneratedRegex(@"^\[([a-z-]+)\]\([a-z-]+\.md\)$")]
    private static partial Regex LinkForm();

    [GeneratedRegex(@"new MessageSplice\(|MessageEdit\.(Insert|Replace|Remove)\(|UnnamedMembers\.Replace\(|JsonRpcWriter\.Write|class ListResponder\b")]
    private static partial Regex PlaceForm();

    [GeneratedRegex(@"^[0-9]+\. \*\*", RegexOptions.Multiline)]
    private static partial Regex RuleForm();

    [GeneratedRegex(@"design rules? ([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex NamedRuleForm();
}
