using System.Text.Json;

namespace Gatehouse.Integrity.Differences;

/// <summary>Collects changes and words them. Every outside text passes through <see cref="VisibleText"/> here.</summary>
internal sealed class ChangeList
{
    private readonly List<DefinitionChange> _changes = [];

    public IReadOnlyList<DefinitionChange> Changes => _changes;

    public void Add(string pointer, ChangeEffect effect, string words) => _changes.Add(new DefinitionChange(VisibleText.Escape(pointer), effect, words));

    /// <summary>Tells how a value became another; texts by words.</summary>
    public void AddValue(string pointer, JsonElement before, JsonElement after)
    {
        string words = before.ValueKind == JsonValueKind.String && after.ValueKind == JsonValueKind.String
            ? WordDifference.Show(WordDifference.Between(before.GetString()!, after.GetString()!))
            : $"was {Show(before)}, is now {Show(after)}";
        Add(pointer, ChangeEffect.Says, words);
    }

    /// <summary>A value for a line of text, in full: what is cut is where things hide.</summary>
    public static string Show(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return $"\"{VisibleText.Escape(value.GetString()!)}\"";
        return VisibleText.Escape(value.GetRawText());
    }

    /// <summary>A name in quotes.</summary>
    public static string Name(string name) => $"\"{VisibleText.Escape(name)}\"";
}
