using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>
/// Entries as a table for people. A caller chooses names of refused requests, and an administrator a purpose: all columns but those of the gateway's
/// own words are cut.
/// </summary>
internal sealed class EntryTable
{
    private const int LongestCell = 48;

    // The columns of acts come last, and the one with free text is the very last.
    private static readonly Column[] Columns =
    [
        new("TIME", 20, facts => facts.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        new("VERDICT", 7, facts => facts.Verdict),
        new("WHO", 24, facts => facts.Actor ?? (facts.HasSealedFacts ? "(sealed)" : null)),
        new("SERVER", 16, facts => facts.Server),
        new("TOOL OR ACT", 24, facts => facts.Tool ?? facts.Act ?? facts.Method),
        new("CODE", 6, facts => facts.Code),
        new("ID", 26, facts => facts.Id),
        new("OUTCOME", 7, facts => OfAct(facts, "outcome"), IsOfActs: true),
        new("CONCERNS", 24, facts => facts.Concerns, IsOfActs: true),
        new("PURPOSE", 0, facts => OfAct(facts, "purpose"), IsOfActs: true),
    ];

    private readonly List<Column> shown;

    private EntryTable(Func<Column, bool> isShown) => shown = [.. Columns.Where(isShown)];

    /// <summary>
    /// Makes a table for the answers to a question. Its columns follow from the question only, so that all pages have the same ones: those of acts
    /// are left out where the question is for a verdict of exchanges.
    /// </summary>
    /// <param name="filter">The question.</param>
    public static EntryTable Of(EntryFilter filter) => new(column => !column.IsOfActs || filter.Verdict is null or "control");

    /// <summary>Prints the names of the columns.</summary>
    public void PrintHeader() => Print(column => column.Name);

    /// <summary>Prints an entry.</summary>
    public void Print(JsonElement entry)
    {
        var facts = new EntryFacts(entry);
        Print(column => Cut(VisibleText.Cell(column.Value(facts) ?? "-")));
    }

    private void Print(Func<Column, string> cell) =>
        Terminal.Lines([string.Join("  ", shown.Select(column => cell(column).PadRight(column.Width))).TrimEnd()]);

    private static string? OfAct(EntryFacts facts, string name) => facts.Kind == "control" ? facts.Given(name) : null;

    // Behind the bound only the sign of the cut follows: a cell is no place for a count. The cut goes through no escape.
    private static string Cut(string text) => text.Length <= LongestCell ? text : VisibleText.Beginning(text, LongestCell - 1) + "…";

    private sealed record Column(string Name, int Width, Func<EntryFacts, string?> Value, bool IsOfActs = false);
}
