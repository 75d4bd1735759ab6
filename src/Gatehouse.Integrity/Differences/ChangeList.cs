using System.Text.Json;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>A collection of changes with their words. Every outside text passes through <see cref="VisibleText"/> here.</summary>
/// <param name="guard">Makes a stretch of outside text visible within a difference by words.</param>
/// <param name="escape">Makes outside text visible.</param>
internal sealed class ChangeList(Func<string, string> guard, Func<string, string> escape)
{
    private readonly List<DefinitionChange> changes = [];

    public IReadOnlyList<DefinitionChange> Changes => changes;

    public void Add(string pointer, ChangeEffect effect, string words) => changes.Add(new DefinitionChange(escape(pointer), effect, words));

    /// <summary>Describes the change of a value; texts by words.</summary>
    public void AddValue(string pointer, JsonElement before, JsonElement after)
    {
        var words = before.ValueKind == JsonValueKind.String && after.ValueKind == JsonValueKind.String
            ? WordDifference.Show(WordDifference.Between(before.GetString()!, after.GetString()!), guard)
            : $"was {Show(before)}, is now {Show(after)}";
        Add(pointer, ChangeEffect.Says, words);
    }

    /// <summary>Returns a value for a line of text, in full: a cut would let an attacker hide text.</summary>
    public string Show(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return $"\"{escape(value.GetString()!)}\"";
        return escape(value.GetRawText());
    }

    /// <summary>Returns a name in quotes.</summary>
    public string Name(string name) => $"\"{escape(name)}\"";
}
