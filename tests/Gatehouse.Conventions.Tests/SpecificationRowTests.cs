using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

/// <summary>
/// What <c>docs/reference/specification-rows.md</c> says of the rows is what tests and exercises claim, and a number has one meaning.
/// </summary>
public sealed partial class SpecificationRowTests
{
    private const string PagePath = "docs/reference/specification-rows.md";

    private static readonly string Page = Repository.Read(PagePath);

    private static readonly string[] Rows = [.. Listed(before: "## Shown in part", RowForm())];

    private static readonly HashSet<string> Faults = [.. Listed(before: null, FaultForm())];

    // First cells of the two tables; several rows may be in one cell: "B01 to B03, B06".
    private static readonly HashSet<string> InPart = Range(Part("## Shown in part"));

    private static readonly HashSet<string> NotShown = Range(Part("## Not shown"));

    [Fact]
    public void EveryRow_StandsOnce() => Assert.Equal((209, 209), (Rows.Length, Rows.Distinct(StringComparer.Ordinal).Count()));

    [Fact]
    public void EveryRow_IsClaimedOrSaidNotToBeShown()
    {
        var claimed = Claims();
        Repository.RequireNone(
        [
            .. from row in Rows where !claimed.Contains(row) && !NotShown.Contains(row)
                select $"{row} is claimed by no trait and no exercise; {PagePath} does not say why",
            .. from row in InPart where !claimed.Contains(row) select $"{PagePath} says that {row} is shown in part, and nothing claims it",
            .. from row in NotShown where claimed.Contains(row) select $"{PagePath} says that {row} is not shown, and a test or exercise claims it",
            .. from row in InPart.Concat(NotShown) where !Rows.Contains(row) select $"{PagePath} speaks of {row}, which is no row",
            .. from row in InPart where NotShown.Contains(row) select $"{PagePath} says two things of {row}",
        ]);
    }

    /// <summary>G is a row and F a published fault; while both were G, G18 had two meanings in the sources.</summary>
    [Fact]
    public void EveryNumberOfARowOrFault_IsOne() => Repository.RequireNone(
        from file in new[] { "src", "tests", "range" }.SelectMany(folder => Repository.Files(folder, ".cs")).Concat(Repository.Files("docs", ".md"))
        where !file.EndsWith("SpecificationRowTests.cs", StringComparison.Ordinal)
        from match in Repository.Read(file).Split('\n')
            .SelectMany((line, at) => NumberForm().Matches(line).Select(match => (match.Value, Line: at + 1)))
        where match.Value[0] == 'G' ? !Rows.Contains(match.Value) : !Faults.Contains(match.Value)
        select $"{file}:{match.Line} says {match.Value}, which {PagePath} does not list");

    /// <summary>Traits of tests, and rows of the exercises of the range.</summary>
    private static HashSet<string> Claims() =>
    [
        .. from file in Repository.Files("tests", ".cs") from match in TraitForm().Matches(Repository.Read(file)) select match.Groups[1].Value,
        .. from file in Repository.Files("range", ".cs") from list in ExerciseForm().Matches(Repository.Read(file))
            from match in QuotedForm().Matches(list.Value) select match.Groups[1].Value,
    ];

    private static IEnumerable<string> Listed(string? before, Regex form) =>
        from row in Markdown.Rows(before is null ? Page : Page[..Page.IndexOf(before, StringComparison.Ordinal)])
        where form.IsMatch(row[0])
        select row[0];

    private static IEnumerable<string> Part(string heading)
    {
        var begin = Page.IndexOf($"\n{heading}\n", StringComparison.Ordinal) + 1;
        Assert.True(begin > 0, $"{PagePath} lacks '{heading}'");
        var end = Page.IndexOf("\n## ", begin, StringComparison.Ordinal);
        return Markdown.Rows(end < 0 ? Page[begin..] : Page[begin..end]).Skip(1).Select(row => row[0]);
    }

    private static HashSet<string> Range(IEnumerable<string> cells)
    {
        HashSet<string> rows = new(StringComparer.Ordinal);
        foreach (var item in cells.SelectMany(cell => cell.Split(", ")))
        {
            var ends = item.Split(" to ");
            Assert.True(ends.Length <= 2 && ends.All(end => RowForm().IsMatch(end)), $"{PagePath}: '{item}' is no row and no range of rows");
            for (var number = Number(ends[0]); number <= Number(ends[^1]); number++) rows.Add($"{item[0]}{number:00}");
        }

        return rows;
    }

    private static int Number(string row) => int.Parse(row.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^[ABCTLEGHX][0-9]{2}$")]
    private static partial Regex RowForm();

    [GeneratedRegex("^F[0-9]{1,2}$")]
    private static partial Regex FaultForm();

    // Words of comments and pages; hexadecimal and Unicode numbers have other letters beside them.
    [GeneratedRegex(@"(?<![\w#\\+%.-])(?:G[0-9]{1,2}|(?<=\(|, |// )F[0-9]{1,2}(?=[:,;)]))(?!\w)")]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"Trait\(""Requirement"", ""([A-Z][0-9]{2})""\)")]
    private static partial Regex TraitForm();

    [GeneratedRegex(@"\bRows => \[[^\]]*\]")]
    private static partial Regex ExerciseForm();

    [GeneratedRegex(@"""([A-Z][0-9]{2})""")]
    private static partial Regex QuotedForm();
}
