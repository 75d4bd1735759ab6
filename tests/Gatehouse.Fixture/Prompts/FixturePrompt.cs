using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Prompts;

/// <summary>A prompt: what is listed of it, and its messages. Arguments are required and are text.</summary>
internal sealed record FixturePrompt(
    string Name, string Description, string[] Arguments, Func<IReadOnlyDictionary<string, string>, ClientInput, ContentBlock[]> Messages)
{
    public Prompt Listed { get; } = new()
    {
        Name = Name,
        Description = Description,
        Arguments = Arguments.Length == 0
            ? null
            : [.. Arguments.Select(name => new PromptArgument { Name = name, Description = $"The {name} of the prompt", Required = true })],
    };
}
