using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>Entries in words, every field of each.</summary>
internal static class StoryText
{
    /// <summary>Prints each field of an entry on a line.</summary>
    public static void PrintFields(StoryStep step)
    {
        Terminal.Row(step.Sentence, Terminal.Emphasis);
        foreach (var field in step.Fields) Terminal.Row($"  {field.Words,-36}  {field.Text}");
    }

    /// <summary>
    /// Prints an entry as a part of a story: a group of fields a line. Fields of an end that are as at its beginning are named only.
    /// </summary>
    public static void Print(StoryStep step)
    {
        var at = step.Fields.FirstOrDefault(field => field.Name == "at")?.Text;
        Terminal.Row($"{at}  {step.Sentence}", Terminal.Emphasis);
        foreach (var group in step.Fields.Where(field => !step.Unchanged.Contains(field.Name)).GroupBy(field => field.Group))
            Terminal.Row($"    {group.Key}: {string.Join("; ", group.Select(field => $"{field.Words}: {field.Text}"))}");
        if (step.Unchanged.Count > 0) Terminal.Row($"    as at the beginning: {string.Join(", ", step.Unchanged)}");
    }
}
