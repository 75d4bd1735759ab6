using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that answer at once with content of each kind.</summary>
internal static class ContentTools
{
    public static IEnumerable<FixtureTool> All { get; } =
    [
        Answering("test_simple_text", "Answers with text", Content.Text("This is a simple text response for testing.")),
        Answering("test_image_content", "Answers with an image", Content.Image()),
        Answering("test_audio_content", "Answers with a sound", Content.Audio()),
        Answering(
            "test_embedded_resource",
            "Answers with a resource in the result",
            Content.Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        Answering(
            "test_multiple_content_types",
            "Answers with text, an image and a resource",
            Content.Text("Multiple content types test:"),
            Content.Image(),
            Content.Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
        new("test_error_handling", "Answers with an error of the tool", FixtureTool.NoArguments, Fail),
    ];

    private static FixtureTool Answering(string name, string description, params ContentBlock[] content) =>
        new(name, description, FixtureTool.NoArguments, _ => Content.Result(content));

    private static CallToolResult Fail(ToolCall call)
    {
        var result = Content.Result("This tool intentionally returns an error for testing");
        result.IsError = true;
        return result;
    }
}
