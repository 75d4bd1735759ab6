using System.Text.Json.Nodes;

namespace Gatehouse.Text;

/// <summary>JSON arrays of sequences.</summary>
public static class JsonArrays
{
    /// <summary>Returns an array with one object.</summary>
    public static JsonArray One(JsonFields item) => new((JsonObject)item);

    /// <summary>Returns an array with an object for each element.</summary>
    public static JsonArray ToJsonArray(this IEnumerable<JsonFields> items) => Of(items, static JsonNode? (one) => (JsonObject)one);

    /// <summary>Returns an array of nodes.</summary>
    public static JsonArray ToJsonArray(this IEnumerable<JsonNode?> items) => Of(items, static one => one);

    /// <summary>Returns an array of strings.</summary>
    public static JsonArray ToJsonArray(this IEnumerable<string?> items) => Of(items, static one => one);

    private static JsonArray Of<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => new([.. items.Select(node)]);
}
