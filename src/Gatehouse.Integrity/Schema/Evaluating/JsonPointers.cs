using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>JSON Pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    /// <summary>Returns a pointer one level deeper.</summary>
    public static string Child(string path, string name) => $"{path}/{Escape(name)}";

    /// <summary>Returns a pointer to an element.</summary>
    public static string Child(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    /// <summary>Returns one segment, escaped.</summary>
    public static string Escape(string name) =>
        name.AsSpan().ContainsAny('~', '/') ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : name;

    /// <summary>Returns the segments of a pointer, decoded.</summary>
    public static IEnumerable<string> Segments(string pointer) =>
        pointer.Split('/').Skip(1)
            .Select(segment => segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>Moves one level down.</summary>
    public static bool TryStep(JsonElement from, string segment, out JsonElement to)
    {
        to = default;
        if (from.ValueKind == JsonValueKind.Object)
            return from.TryGetProperty(segment, out to);
        if (from.ValueKind != JsonValueKind.Array
            || !int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= from.GetArrayLength())
            return false;
        to = from[index];
        return segment.Length == 1 || segment[0] != '0';
    }
}
