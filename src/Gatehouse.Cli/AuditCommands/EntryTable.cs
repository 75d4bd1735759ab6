using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>
/// Entries as a table for people. A caller chooses names of refused requests, and an administrator a purpose: all columns but those of the gateway's
/// own words are cut in a terminal. In a terminal that is narrower than the table, an entry is on several lines, each with the names of its values,
/// so that ids can be copied. A file or program gets one line for each entry, with whole values: there is no screen to keep readable, and what is
/// compared or searched there has to be whole.
/// </summary>
internal sealed class EntryTable
{
    private const int LongestCell = 48;

    // The columns of acts come last, and the one with free text is the very last.
    private static readonly Column[] Columns =
    [
        new("TIME", 20, facts => Moments.Words(facts.At), IsOfFirstLine: true),
        new("VERDICT", 7, facts => facts.Verdict, IsOfFirstLine: true),
        new("WHO", 24, facts => facts.Actor ?? (facts.HasSealedActor ? EntryFacts.SealedActor : null)),
        new("ISSUER", 32, facts => facts.ActorIssuer),
        new("SERVER", 16, facts => facts.Server),
        new("TOOL OR ACT", 24, facts => facts.Tool ?? facts.Act ?? facts.Method ?? facts.Verb),
        new("CODE", 6, facts => facts.Code, IsOfFirstLine: true),
        new("ID", IdForm.Length, facts => facts.Id, IsOfFirstLine: true),
        new("OUTCOME", 7, facts => OfAct(facts, "outcome"), IsOfActs: true),
        new("CONCERNS", 24, facts => facts.Concerns, IsOfActs: true),
        new("PURPOSE", 0, static facts => facts.StatedPurpose, IsOfActs: true),
    ];

    private const string Gap = "  ";
    private const string Indent = "    ";

    private readonly List<Column> shown;
    private readonly bool isCut;
    private readonly int? broken; // the columns of a terminal in which the table has no room

    private EntryTable(Func<Column, bool> isShown, int? width)
    {
        shown = [.. Columns.Where(isShown)];
        isCut = width is not null;
        if (width < shown.Sum(static column => column.Width + Gap.Length)) broken = width;
    }

    /// <summary>
    /// Makes a table for the answers to a question. Its columns follow from the question only, so that all pages have the same ones: those of acts
    /// are left out where the question is for a verdict of exchanges.
    /// </summary>
    /// <param name="filter">The question.</param>
    /// <param name="width">Columns of the terminal; null where the lines go to a file or program.</param>
    public static EntryTable Of(EntryFilter filter, int? width) => new(column => !column.IsOfActs || filter.Verdict is null or "control", width);

    /// <summary>Prints the names of the columns.</summary>
    public void PrintHeader() => Terminal.Lines([Header()]);

    /// <summary>Prints an entry.</summary>
    public void Print(JsonElement entry) => Terminal.Lines(Lines(entry));

    /// <summary>Returns the names of the columns: of the first line, where entries are on several.</summary>
    internal string Header() => Line(shown.Where(column => broken is null || column.IsOfFirstLine), static column => column.Name);

    /// <summary>Returns the lines of an entry.</summary>
    internal IReadOnlyList<string> Lines(JsonElement entry)
    {
        var facts = new EntryFacts(entry);
        if (broken is not { } width) return [Line(shown, column => CellOf(column, facts) ?? "-")];
        var others = shown.Where(static column => !column.IsOfFirstLine).Select(column => (column.Name, Value: CellOf(column, facts)))
            .Where(static one => one.Value is not null).Select(static one => $"{one.Name.ToLowerInvariant()}: {one.Value}");
        var first = Line(shown.Where(static column => column.IsOfFirstLine), column => CellOf(column, facts) ?? "-");
        return [first, .. Output.Columns.Filled(others, width, Indent)];
    }

    private static string Line(IEnumerable<Column> columns, Func<Column, string> cell) =>
        string.Join(Gap, columns.Select(column => cell(column).PadRight(column.Width))).TrimEnd();

    private string? CellOf(Column column, EntryFacts facts) =>
        column.Value(facts) is not { } value ? null : isCut ? Cut(VisibleText.Cell(value)) : VisibleText.Cell(value);

    private static string? OfAct(EntryFacts facts, string name) => facts.Kind == "control" ? facts.Given(name) : null;

    // Behind the bound only the sign of the cut follows: a cell is no place for a count. The cut goes through no escape.
    private static string Cut(string text) => text.Length <= LongestCell ? text : VisibleText.Beginning(text, LongestCell - 1) + "…";

    private sealed record Column(string Name, int Width, Func<EntryFacts, string?> Value, bool IsOfActs = false, bool IsOfFirstLine = false);
}
