using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>Entries in words, every field of each.</summary>
internal static class StoryText
{
    private const int NameColumns = 36;

    /// <summary>Prints each field of an entry on a line; on two, where the value has no room beside its name in the terminal.</summary>
    public static void PrintFields(StoryStep step) =>
        Terminal.Lines([Terminal.Emphasis(step.Sentence), .. step.Fields.SelectMany(field => Field(field.Words, field.Text, Terminal.DataColumns))]);

    /// <summary>Returns the lines of a field.</summary>
    internal static IReadOnlyList<string> Field(string words, string text, int? width)
    {
        var (name, value) = (Shown(words), Shown(text));
        var line = $"  {name.PadRight(NameColumns)}  {value}";
        return width < line.Length ? [$"  {name}", $"    {value}"] : [line];
    }

    /// <summary>
    /// Prints an entry as a part of a story: a field a line, so that no value looks like another field. Fields of an end that are as at its
    /// beginning are named only.
    /// </summary>
    public static void Print(StoryStep step)
    {
        var at = step.Fields.FirstOrDefault(field => field.Name == "at")?.Text;
        List<string> lines = [Terminal.Emphasis($"{Shown(at ?? "")}  {step.Sentence}")];
        foreach (var group in step.Fields.Where(field => !step.Unchanged.Contains(field.Name)).GroupBy(field => field.Group))
            lines.AddRange(group.Select(field => $"    {group.Key,-8}  {Shown(field.Words)}: {Shown(field.Text)}"));
        if (step.Unchanged.Count > 0) lines.Add($"    as at the beginning: {string.Join(", ", step.Unchanged)}");
        Terminal.Lines(lines);
    }

    private static string Shown(string text) => VisibleText.CountSpaces(VisibleText.Escape(text));
}
