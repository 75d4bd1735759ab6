using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Cli;
using Gatehouse.Configuration.Keys;
using Gatehouse.Inventory.Model;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Refusals;

namespace Gatehouse.Conventions.Tests;

/// <summary>
/// The words that <c>docs/developers/writing.md</c> lists are not used where people read the product. In comments and in the text of pages their
/// number may fall and may not grow.
/// </summary>
public sealed partial class WordingTests
{
    private const string Page = "docs/developers/writing.md";
    private const string CountFile = "tests/Gatehouse.Conventions.Tests/wording-count.txt";
    private const string ShapeFile = "tests/Gatehouse.Conventions.Tests/shape-count.txt";

    // Shapes of sentences that hide the subject or deny a noun.
    private static readonly string[] Shapes = ["one that", "of which", "is there already", "gives nothing", "is none"];

    // The detection recognizes the words of planted texts. The contract of stores is for people who write a store.
    private static readonly string[] WordLists = ["src/Gatehouse.Detection/", "src/Gatehouse.Testing/"];

    private static readonly IReadOnlyList<(string Word, string Instead)> Words = [.. ReadWords()];

    private static readonly Regex AnyWord = new(
        $@"(?<![\w-])(?:{string.Join('|', Words.Select(entry => Regex.Escape(entry.Word).Replace(@"\ ", @"\s+", StringComparison.Ordinal)))})(?![\w-])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [Fact]
    public void Table_IsRead()
    {
        Assert.Contains(Words, entry => entry.Word == "told");
        Assert.Contains(Words, entry => entry.Word == "went on");
        Assert.Equal(["told", "He", "at\nonce"], Found("Whatever is told: He alarms at\nonce, and tells a stand-alone").Select(match => match.Value));
    }

    [Fact]
    public void Headings_UseNoListedWord() => Repository.RequireNone(
        from page in Repository.Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) || !page.Contains('/', StringComparison.Ordinal))
        from heading in Headings(page)
        from fault in Faults(page, heading)
        select fault);

    [Fact]
    public void Reasons_UseNoListedWord() => Repository.RequireNone(
        from reason in Reasons.All
        from text in new[] { reason.Message, reason.Remedy, reason.Operator }
        from fault in Faults(reason.Code, text)
        select fault);

    [Fact]
    public void Keys_UseNoListedWord() => Repository.RequireNone(
        ConfigurationKeys.All.Select(key => (Name: key.Path, key.Description))
            .Concat(PolicyKeyLists().SelectMany(keys => keys).Select(key => (Name: $"policy key {key.Name}", key.Description)))
            .SelectMany(key => Faults(key.Name, key.Description)));

    [Fact]
    public void Findings_UseNoListedWord() => Repository.RequireNone(
        from rule in FindingRules.All
        from text in new[] { rule.Name, rule.Reason, rule.Remedy }
        from fault in Faults(rule.Id, text)
        select fault);

    [Fact]
    public void HelpTexts_UseNoListedWord() => Repository.RequireNone(
        new Command[] { CommandTree.Build(), Gatehouse.Range.Cli.RangeCommand.Create() }.SelectMany(Symbols)
            .SelectMany(symbol => Faults($"help of {symbol.Name}", symbol.Description ?? "")));

    // Faults, refusals and output of commands are literals in the code. Words without a space are names, which never change.
    [Fact]
    public void TextsInCode_UseNoListedWord() => Repository.RequireNone(
        from file in Repository.Files("src", ".cs")
        where !WordLists.Any(list => file.StartsWith(list, StringComparison.Ordinal))
        from Match literal in Literal().Matches(WithoutComments(Repository.Read(file)))
        let text = Hole().Replace(literal.Groups[1].Value, "")
        where text.Contains(' ', StringComparison.Ordinal)
        from fault in Faults(file, text)
        select fault);

    [Fact]
    public void CommentsAndPages_UseNoMoreListedWordsThanBefore()
    {
        var now = Texts().Select(text => (text.File, Count: Found(text.Text).Count)).Where(text => text.Count > 0)
            .ToDictionary(text => text.File, text => text.Count, StringComparer.Ordinal);
        Assert.True(Repository.Updates || Repository.Exists(CountFile), $"{CountFile} is missing");
        var before = Repository.Exists(CountFile) ? ReadCounts(CountFile) : now;
        var grown = now.Where(file => file.Value > before.GetValueOrDefault(file.Key))
            .Select(file => $"{file.Key}: {before.GetValueOrDefault(file.Key)} before, {file.Value} now").Order(StringComparer.Ordinal);
        if (now.Values.Sum() > before.Values.Sum())
            Assert.Fail($"Comments and pages use more of the words that {Page} lists. Rewrite the new ones in:\n{string.Join('\n', grown)}");
        if (Repository.Updates) File.WriteAllText(Repository.PathOf(CountFile), Render($"Uses of the words that {Page} lists, by file", now));
    }

    [Fact]
    public void ShapesOfSentences_AreNoMoreThanBefore()
    {
        var texts = Texts().ToList();
        var now = Shapes.ToDictionary(static shape => shape, shape => texts.Sum(text => FormOf(shape).Count(text.Text)), StringComparer.Ordinal);
        var before = Repository.Exists(ShapeFile) ? ReadCounts(ShapeFile) : now;
        Repository.RequireNone(Shapes.Where(shape => now[shape] > before.GetValueOrDefault(shape))
            .Select(shape => $"Comments and pages have '{shape}' {now[shape]} times, and had it {before.GetValueOrDefault(shape)} times. Begin the sentence with its subject ({Page})"));
        if (Repository.Updates) File.WriteAllText(Repository.PathOf(ShapeFile), Render($"Uses of shapes of sentences that {Page} lists", now));
    }

    private static Regex FormOf(string shape) => new(
        $@"\b{shape.Replace(" ", @"\s+", StringComparison.Ordinal)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static IEnumerable<(string Word, string Instead)> ReadWords() =>
        from row in Markdown.Rows(Repository.Read(Page))
        where row.Length == 2 && WordCell().IsMatch(row[0])
        from Match word in CodeSpan().Matches(row[0])
        select (word.Groups[1].Value, row[1]);

    private static MatchCollection Found(string text) => AnyWord.Matches(text);

    private static IEnumerable<string> Faults(string place, string text) =>
        from match in Found(text)
        let word = Spaces().Replace(match.Value, " ")
        let instead = Words.First(entry => string.Equals(entry.Word, word, StringComparison.OrdinalIgnoreCase)).Instead
        select $"{place}: '{word}' in \"{Spaces().Replace(text, " ").Trim()}\". Instead: {instead} ({Page})";

    // Decisions keep the words of their day: only their titles are held.
    private static IEnumerable<string> Headings(string page)
    {
        var headings = Markdown.Prose(Repository.Read(page)).Split('\n').Where(line => line.StartsWith('#'))
            .Select(line => CodeSpan().Replace(line.TrimStart('#').Trim(), ""));
        return page.StartsWith("docs/decisions/", StringComparison.Ordinal) ? headings.Take(1) : headings;
    }

    private static IEnumerable<IReadOnlyList<PolicyKey>> PolicyKeyLists() =>
    [
        PolicyKeys.Document, PolicyKeys.Rule, PolicyKeys.Clause, PolicyKeys.Condition, PolicyKeys.Time, PolicyKeys.Obligations,
        PolicyKeys.Approval, PolicyCaseKeys.Document, PolicyCaseKeys.Case, PolicyCaseKeys.Caller,
    ];

    private static IEnumerable<Symbol> Symbols(Command command) =>
        new Symbol[] { command }.Concat(command.Options).Concat(command.Arguments).Concat(command.Subcommands.SelectMany(Symbols));

    // The page of the words shows each of them, and examples of texts as they were.
    // The history has the words of kept results, which do not change.
    private static IEnumerable<(string File, string Text)> Texts() =>
        Repository.Pages.Where(page => page is not Page and not "bench/history.md").Select(page => (page, PageText(Repository.Read(page))))
            .Concat(Repository.Files("src", ".cs").Select(file => (file, Comments(Repository.Read(file)))));

    private static string PageText(string page) => LinkTarget().Replace(CodeSpan().Replace(Markdown.Prose(page), ""), "]");

    private static string Comments(string source) =>
        Tag().Replace(string.Join('\n', source.Split('\n').Select(line => Comment().Match(line).Groups[1].Value)), "");

    private static string WithoutComments(string source) =>
        string.Join('\n', source.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Select(line => Comment().Match(line) is { Success: true } found ? line[..found.Groups[1].Index] : line));

    private static Dictionary<string, int> ReadCounts(string file) =>
        Repository.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[1], parts => int.Parse(parts[0], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static string Render(string what, Dictionary<string, int> counts) =>
        $"# {what}: in comments of src and in the text of pages. The sum may fall and may not grow.\n"
        + string.Concat(counts.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Value} {file.Key}\n")));

    [GeneratedRegex("^`[^`]+`(?:, `[^`]+`)*$")]
    private static partial Regex WordCell();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\([^)\s]*\)")]
    private static partial Regex LinkTarget();

    // After whitespace or at the start, and not within a text: "https://" has no space before its slashes.
    [GeneratedRegex("^(?:[^\"]|\"(?:[^\"\\\\]|\\\\.)*\")*?(?<=^|\\s)///?(.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex("\"((?:[^\"\\\\\n]|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex("<c>.*?</c>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
