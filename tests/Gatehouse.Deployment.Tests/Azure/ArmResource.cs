using System.Text.Json.Nodes;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>A resource that a deployment would create, with the expressions of its template evaluated.</summary>
internal sealed record ArmResource(JsonObject Json)
{
    public string Type => Json["type"]!.GetValue<string>();

    public string Name => Json["name"]!.GetValue<string>();

    /// <summary>The value at a path of names and indexes, such as <c>properties/subnets/0/name</c>, as text; null where there is none.</summary>
    public string? this[string path] => At(path)?.ToString();

    /// <summary>The value at a path; null where there is none.</summary>
    public JsonNode? At(string path)
    {
        JsonNode? at = Json;
        foreach (var step in path.Split('/'))
        {
            at = at switch
            {
                JsonObject names => names[step],
                JsonArray items when int.TryParse(step, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return at;
    }

    /// <summary>The items of a list; empty where there is none.</summary>
    public IReadOnlyList<JsonObject> Items(string path) => At(path) is JsonArray items ? [.. items.OfType<JsonObject>()] : [];
}
