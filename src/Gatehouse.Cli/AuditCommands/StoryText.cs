using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>Entries in words, every field of each.</summary>
internal static class StoryText
{
    /// <summary>Prints each field of an entry on a line.</summary>
    public static void PrintFields(StoryStep step) =>
        Terminal.Lines([Terminal.Emphasis(step.Sentence), .. step.Fields.Select(field => $"  {Shown(field.Words),-36}  {Shown(field.Text)}")]);

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
