using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>Readers for members of questions. A member that is present must have the type of the specification, or the question is refused.</summary>
internal static class EvaluationJson
{
    /// <summary>Returns an object, or the default when it is absent.</summary>
    public static JsonElement Part(JsonElement from, string name, JsonElement otherwise = default)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var part)) return otherwise;
        return part.ValueKind == JsonValueKind.Object ? part : throw new InvalidEvaluationException($"{name} is no object");
    }

    /// <summary>Returns a text that must be present and not empty.</summary>
    public static string Needed(JsonElement from, string what, string name) =>
        Optional(from, what, name) is { Length: > 0 } text ? text : throw new InvalidEvaluationException($"{what}.{name} is missing");

    /// <summary>Returns a text, or null when it is absent.</summary>
    public static string? Optional(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidEvaluationException($"{what}.{name} is no string");
    }

    /// <summary>Returns true when the member is true; any other type than a boolean is refused.</summary>
    public static bool Flag(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw new InvalidEvaluationException($"{what}.{name} is no boolean");
    }

    /// <summary>Returns texts: a list of them, or one.</summary>
    public static IReadOnlyList<string> Names(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new InvalidEvaluationException($"{what}.{name} is no list of strings");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
