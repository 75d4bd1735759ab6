using System.Text.Json;

namespace Gatehouse.Identity.Formats;

/// <summary>Members of metadata and of answers by their exact name and type.</summary>
internal static class MetadataMember
{
    /// <summary>Returns a string; null where it is absent or of another type.</summary>
    public static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns the strings of a list; null where there is no list.</summary>
    public static HashSet<string>? Texts(JsonElement? root, string name) =>
        root is { } metadata && metadata.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)]
            : null;
}
