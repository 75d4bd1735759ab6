using System.Text.Json;
using Gatehouse.Fixture.Serving;
using Gatehouse.Fixture.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Prompts;

/// <summary>The prompts in the order in which they are listed.</summary>
internal sealed class PromptCatalogue(FixtureState state)
{
    private static readonly FixturePrompt[] All =
    [
        new("test_simple_prompt", "A prompt without arguments", [], (_, _) => [Content.Text("This is a simple prompt for testing.")]),
        new(
            "test_prompt_with_arguments",
            "A prompt with two arguments",
            ["arg1", "arg2"],
            (given, _) => [Content.Text($"Prompt with arguments: arg1='{given["arg1"]}', arg2='{given["arg2"]}'")]),
        new(
            "test_prompt_with_embedded_resource",
            "A prompt with a resource in it",
            ["resourceUri"],
            (given, _) =>
            [
                Content.Embedded(given["resourceUri"], "text/plain", "Embedded resource content for testing."),
                Content.Text("Please process the embedded resource above."),
            ]),
        new("test_prompt_with_image", "A prompt with an image", [], (_, _) => [Content.Image(), Content.Text("Please analyze the image above.")]),
        new("test_input_required_result_prompt", "A prompt that asks for its context", [], (_, input) => [WithContext(input)]),
    ];

    public static ListPromptsResult List() => new() { Prompts = [.. All.Select(prompt => prompt.Listed)] };

    public GetPromptResult Get(RequestContext<GetPromptRequestParams> request)
    {
        var prompt = Array.Find(All, one => one.Name == request.Params.Name)
            ?? throw Invalid($"Unknown prompt: '{request.Params.Name}'");
        var given = prompt.Arguments.ToDictionary(name => name, name => Argument(request.Params, name));
        var input = new ClientInput(
            request.Server, request.JsonRpcRequest, request.Params.InputResponses, request.Params.RequestState, state.RequestStates);
        return new() { Messages = [.. prompt.Messages(given, input).Select(content => new PromptMessage { Role = Role.User, Content = content })] };
    }

    public static CompleteResult Complete(CompleteRequestParams request)
    {
        // Any prefix of the values the tests use; what they are does not matter.
        string[] values = [.. new[]
            { "testValue1", "testValue2" }.Where(value => value.StartsWith(request.Argument.Value, StringComparison.Ordinal))];
        return new() { Completion = new() { Values = values, Total = values.Length, HasMore = false } };
    }

    private static TextContentBlock WithContext(ClientInput input) =>
        input.Answer("user_context") is { } answer
            ? Content.Text($"Prompt with context: {Question.ElicitedText(answer, "context")}")
            : throw input.Need(null, ("user_context", Question.ElicitOne("What context should the prompt use?", "context")));

    private static string Argument(GetPromptRequestParams given, string name) =>
        given.Arguments?.TryGetValue(name, out var value) is true && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Invalid($"The argument '{name}' must be text.");

    private static McpProtocolException Invalid(string message) => new(message, McpErrorCode.InvalidParams);
}
