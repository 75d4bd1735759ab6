using System.Text.Json;

namespace Gatehouse.Inventory;

/// <summary>Hidden characters in tool definitions, schemas that refer to the network or have no end (rows E09, E10), icons (row E11).</summary>
public sealed class ToolTextInspector : IToolInspector
{
    private const int DeepestSchema = 32;
    private const int MostSubschemas = 5000;

    /// <inheritdoc />
    public IEnumerable<Finding> Inspect(ListedServer listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        return listed.Tools.SelectMany(tool => Inspect(listed.Server, tool)).Distinct();
    }

    private static List<Finding> Inspect(ServerEntry server, ListedTool tool)
    {
        using var parsed = JsonDocument.Parse(tool.Json, new JsonDocumentOptions { MaxDepth = 256 });
        var found = new List<Finding>();
        var count = 0;
        Walk(parsed.RootElement, "", 0, ref count, (rule, message) => found.Add(server.About(rule, Confidence.High, $"tool {tool.Name}: {message}")));
        return found;
    }

    private static void Walk(JsonElement element, string name, int depth, ref int count, Action<FindingRule, string> tell)
    {
        if (++count == MostSubschemas || depth == DeepestSchema) tell(FindingRules.NetworkReference, "the definition is larger or deeper than clients can check");
        if (count > MostSubschemas || depth > DeepestSchema) return;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    foreach (var (rule, _, message) in HiddenText.Find(member.Name)) tell(rule, $"in a name: {message}");
                    Walk(member.Value, member.Name, depth + 1, ref count, tell);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Walk(item, name, depth + 1, ref count, tell);
                break;
            case JsonValueKind.String:
                Judge(name, element.GetString()!, tell);
                break;
        }
    }

    private static void Judge(string name, string text, Action<FindingRule, string> tell)
    {
        foreach (var (rule, _, message) in HiddenText.Find(text)) tell(rule, $"in {name}: {message}");
        if (name is "$ref" or "$dynamicRef" && text.Length > 0 && text[0] != '#') tell(FindingRules.NetworkReference, $"{name} leaves the schema");
        if (name is "src" or "icon" && text.Contains(':', StringComparison.Ordinal)
            && !text.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            tell(FindingRules.BadIcon, $"an icon with the scheme {text.Split(':')[0]}");
        }
    }
}
