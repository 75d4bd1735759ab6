using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>Reads members of questions: what is there has the type that the specification gives it, or the question is refused.</summary>
internal static class EvaluationJson
{
    /// <summary>An object, or the default where there is none.</summary>
    public static JsonElement Part(JsonElement from, string name, JsonElement otherwise = default)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var part)) return otherwise;
        return part.ValueKind == JsonValueKind.Object ? part : throw new InvalidEvaluationException($"{name} is no object");
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public static string Needed(JsonElement from, string what, string name) =>
        Optional(from, what, name) is { Length: > 0 } text ? text : throw new InvalidEvaluationException($"{what}.{name} is missing");

    /// <summary>A text, or null where there is none.</summary>
    public static string? Optional(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidEvaluationException($"{what}.{name} is no string");
    }

    /// <summary>True where the member is true; anything but a boolean is refused.</summary>
    public static bool Flag(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw new InvalidEvaluationException($"{what}.{name} is no boolean");
    }

    /// <summary>Texts: a list of them, or one.</summary>
    public static IReadOnlyList<string> Names(JsonElement from, string what, string name)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new InvalidEvaluationException($"{what}.{name} is no list of strings");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
