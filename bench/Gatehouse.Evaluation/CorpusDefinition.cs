using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Evaluation;

/// <summary>A text of the corpus as the definition that its place says.</summary>
internal static class CorpusDefinition
{
    /// <summary>
    /// Returns the definition. A schema's text becomes the title of a parameter, since the corpus does not say in which member it was.
    /// </summary>
    public static (DefinitionKind Kind, string Json) Of(CorpusEntry entry) => entry.Place switch
    {
        "server.instructions" => (DefinitionKind.Instructions, JsonSerializer.Serialize(entry.Text)),
        "tool.parameter" => (DefinitionKind.Tool, Tool("A tool.", new() { ["type"] = "string", ["description"] = entry.Text })),
        "tool.schema" => (DefinitionKind.Tool, Tool("A tool.", new() { ["type"] = "string", ["title"] = entry.Text })),
        _ => (DefinitionKind.Tool, Tool(entry.Text, new() { ["type"] = "string" })),
    };

    private static string Tool(string description, Dictionary<string, string> parameter) => JsonSerializer.Serialize(new
    {
        name = "tool",
        description,
        inputSchema = new { type = "object", properties = new { value = parameter } },
    });
}
