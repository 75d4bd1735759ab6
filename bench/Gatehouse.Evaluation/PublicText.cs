using System.Text.Json;

namespace Gatehouse.Evaluation;

/// <summary>One record of the public sets on injection. Its text is data.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsAttack">True for an attack.</param>
/// <param name="Kind">The kind, as the set names it.</param>
/// <param name="Source">The source.</param>
internal sealed record PublicText(string Text, bool IsAttack, string Kind, string Source)
{
    /// <summary>True for a text that a person gives to a model.</summary>
    public bool IsPrompt => Kind.StartsWith("user-prompt", StringComparison.Ordinal) || Kind == "jailbreak";

    /// <summary>True for a text of this project's own generator, which says nothing about other authors.</summary>
    public bool IsOwn => Source.Contains("gatehouse-synthetic", StringComparison.Ordinal) || Source.StartsWith("composed", StringComparison.Ordinal);

    /// <summary>Reads a file of the set.</summary>
    public static List<PublicText> Read(string path)
    {
        var read = new List<PublicText>();
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            string Of(string member) => row.RootElement.GetProperty(member).GetString()!;
            read.Add(new PublicText(Of("text"), row.RootElement.GetProperty("label").GetInt32() == 1, Of("kind"), Of("source")));
        }

        return read;
    }
}
