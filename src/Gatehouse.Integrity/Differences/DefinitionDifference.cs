using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>
/// The difference of two definitions for a person: texts by words, schemas by what they newly permit or ask for, all else by value.
/// </summary>
public static class DefinitionDifference
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 128 };

    /// <summary>Compares two readings of a definition; none at all means that both have the same digest, volatile texts apart.</summary>
    public static IReadOnlyList<DefinitionChange> Between(ServerDefinition before, ServerDefinition after) =>
        Between(before, after, WordDifference.Guard, VisibleText.Escape);

    /// <summary>Compares, with the rules by which outside text is shown.</summary>
    /// <param name="before">The one reading.</param>
    /// <param name="after">The other.</param>
    /// <param name="guard">Makes a text safe to be compared by words.</param>
    /// <param name="escape">Makes a text safe to be shown.</param>
    internal static IReadOnlyList<DefinitionChange> Between(ServerDefinition before, ServerDefinition after, Func<string, string> guard,
        Func<string, string> escape)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        using var old = JsonDocument.Parse(before.Json, Depth);
        using var now = JsonDocument.Parse(after.Json, Depth);
        var changes = new ChangeList(guard, escape);
        Values("", old.RootElement, now.RootElement, changes, schemas: before.Kind == DefinitionKind.Tool);
        return changes.Changes;
    }

    private static void Values(string pointer, JsonElement before, JsonElement after, ChangeList changes, bool schemas = false)
    {
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
            Objects(pointer, before, after, changes, schemas);
        else if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array)
            Arrays(pointer, before, after, changes);
        else if (!JsonSame.Same(before, after))
            changes.AddValue(pointer, before, after);
    }

    private static void Objects(string pointer, JsonElement before, JsonElement after, ChangeList changes, bool schemas)
    {
        foreach (var member in before.EnumerateObject())
        {
            var path = JsonPointers.Child(pointer, member.Name);
            if (!after.TryGetProperty(member.Name, out var now))
                changes.Add(path, ChangeEffect.Says, $"was {changes.Show(member.Value)}, is gone");
            else if (schemas && member.Name is "inputSchema" or "outputSchema")
                new SchemaDifference(changes).Between(path, member.Value, now);
            else
                Values(path, member.Value, now, changes);
        }

        foreach (var member in after.EnumerateObject())
        {
            if (!before.TryGetProperty(member.Name, out _))
                changes.Add(JsonPointers.Child(pointer, member.Name), ChangeEffect.Says, $"is new: {changes.Show(member.Value)}");
        }
    }

    private static void Arrays(string pointer, JsonElement before, JsonElement after, ChangeList changes)
    {
        var common = Math.Min(before.GetArrayLength(), after.GetArrayLength());
        for (var at = 0; at < common; at++)
            Values(JsonPointers.Child(pointer, at), before[at], after[at], changes);
        for (var at = common; at < before.GetArrayLength(); at++)
            changes.Add(JsonPointers.Child(pointer, at), ChangeEffect.Says, $"was {changes.Show(before[at])}, is gone");
        for (var at = common; at < after.GetArrayLength(); at++)
            changes.Add(JsonPointers.Child(pointer, at), ChangeEffect.Says, $"is new: {changes.Show(after[at])}");
    }
}
