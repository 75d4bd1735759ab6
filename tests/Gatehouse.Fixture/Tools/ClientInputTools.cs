using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that ask the client one thing and answer with what it said.</summary>
internal static class ClientInputTools
{
    private const string Accounts = """
        {"type":"object","properties":{
          "username":{"type":"string","description":"User's response"},
          "email":{"type":"string","description":"User's email address"}},
         "required":["username","email"]}
        """;

    private const string Defaults = """
        {"type":"object","properties":{
          "name":{"type":"string","description":"User name","default":"John Doe"},
          "age":{"type":"integer","description":"User age","default":30},
          "score":{"type":"number","description":"User score","default":95.5},
          "status":{"type":"string","description":"User status","enum":["active","inactive","pending"],"default":"active"},
          "verified":{"type":"boolean","description":"Whether the user is verified","default":true}},
         "required":[]}
        """;

    private const string Enums = """
        {"type":"object","properties":{
          "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
          "titledSingle":{"type":"string","oneOf":[
            {"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
          "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},
          "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
          "titledMulti":{"type":"array","items":{"anyOf":[
            {"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}},
         "required":[]}
        """;

    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("test_sampling", "Asks the client's model", Required("prompt", "What to ask"), SampleAsync),
        new("test_elicitation", "Asks the user for an account", Required("message", "What to ask"), ElicitAsync),
        Asking("test_elicitation_sep1034_defaults", "Asks the user with default values", Defaults),
        Asking("test_elicitation_sep1330_enums", "Asks the user to choose", Enums),
    ];

    private static string Required(string name, string description) => $$$"""
        {"type":"object","properties":{"{{{name}}}":{"type":"string","description":"{{{description}}}"}},"required":["{{{name}}}"]}
        """;

    private static async ValueTask<CallToolResult> SampleAsync(ToolCall call, CancellationToken cancellation)
    {
        var answer = await call.Input.AskAsync("answer", Question.Sample(call.Text("prompt"), 100), cancellation);
        return Content.Result($"LLM response: {Question.SampledText(answer)}");
    }

    private static async ValueTask<CallToolResult> ElicitAsync(ToolCall call, CancellationToken cancellation)
    {
        var answer = await call.Input.AskAsync("account", Question.Elicit(call.Text("message"), Schema(Accounts)), cancellation);
        return Content.Result($"User response: {Said(answer)}");
    }

    private static FixtureTool Asking(string name, string description, string schema) =>
        new(name, description, FixtureTool.NoArguments, async (call, cancellation) =>
        {
            var question = Question.Elicit("Please fill in or accept the values", Schema(schema));
            var answer = await call.Input.AskAsync("values", question, cancellation);
            return Content.Result($"Elicitation completed: {Said(answer)}");
        });

    private static string Said(JsonElement answer) =>
        $"action={Member(answer, "action")}, content={Member(answer, "content")}";

    private static string Member(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) ? value.ToString() : "none";

    private static JsonObject Schema(string text) => JsonNode.Parse(text)!.AsObject();
}
