using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

/// <summary>The lists by which <c>./test</c> chooses tests and repeats failed ones.</summary>
public sealed partial class GateTests
{
    private static readonly IReadOnlyList<string> Files = Repository.Files("", "");

    [Fact]
    public void RowOfTheWholeRun_NamesTestsAndFilesThatExist()
    {
        var rows = Rows("eng/full.txt");
        Assert.NotEmpty(rows);
        Repository.RequireNone(rows.SelectMany(row => FaultsOf(Blanks().Split(row))));
    }

    // A test that is flaky for two weeks is mended or deleted.
    [Fact]
    public void FlakyTest_IsListedWithItsDates_ForTwoWeeks() => Repository.RequireNone(Rows("eng/flaky.txt").Where(static row =>
    {
        var parts = Blanks().Split(row);
        return parts.Length != 3
            || !DateOnly.TryParseExact(parts[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var seen)
            || !DateOnly.TryParseExact(parts[2], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
            || end < seen || end > seen.AddDays(14);
    }).Select(static row => $"eng/flaky.txt: not 'NAME FIRST-SEEN END' with at most 14 days between the dates: {row}"));

    // Threat: something crosses, doubles or is lost once in many runs, and the second run of the test hides it.
    [Fact]
    public void TestOfKillsRacesAndErasure_IsNotRepeated() => Repository.RequireNone(Files
        .Where(static file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith("Tests.cs", StringComparison.Ordinal))
        .Where(static file =>
        {
            var source = Repository.Read(file);
            var project = string.Join('/', file.Split('/')[..2]) + $"/{file.Split('/')[1]}.csproj";
            return Once().IsMatch(source) && !source.Contains("[Trait(\"NoRetry\", \"yes\")]", StringComparison.Ordinal)
                && !Repository.Read(project).Contains("<_Parameter1>NoRetry</_Parameter1>", StringComparison.Ordinal);
        })
        .Select(static file => $"{file}: a test of a kill, a race, a forged message or an erasure has the trait NoRetry"));

    private static IEnumerable<string> FaultsOf(string[] parts)
    {
        var (project, tests) = ($"tests/Gatehouse.{parts[0]}.Tests", parts[1]);
        if (!Repository.Exists(project)) yield return $"eng/full.txt: there is no {project}";
        var sources = Files.Where(file => file.StartsWith(project + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));
        var found = tests switch
        {
            "*" => true,
            _ when tests.EndsWith('/') => Repository.Exists($"{project}/{tests}"),
            _ => sources.Any(file => tests.Split('.') is var names && Repository.Read(file) is var source
                && source.Contains($"class {names[0]}", StringComparison.Ordinal)
                && source.Contains($" {names[^1].TrimEnd('*')}", StringComparison.Ordinal)),
        };
        if (!found) yield return $"eng/full.txt: {project} has no {tests}";
        if (parts.Length < 3) yield return $"eng/full.txt: no path brings {tests} back";
        foreach (var pattern in parts.Skip(2))
        {
            var expression = new Regex("^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);
            if (!Files.Any(expression.IsMatch)) yield return $"eng/full.txt: no file fits {pattern}";
        }
    }

    private static List<string> Rows(string file) =>
        [.. Repository.Read(file).Split('\n').Select(static line => line.Split('#')[0].Trim()).Where(static line => line.Length > 0)];

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"(Task|void) \w*(Kill|Crash|AtTheSameTime|Erasure|Erased|PowerLoss|Race_|Forged)\w*\(", RegexOptions.CultureInvariant)]
    private static partial Regex Once();
}
