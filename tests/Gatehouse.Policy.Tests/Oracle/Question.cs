using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>A request as the oracle knows it.</summary>
internal sealed record Question(string Server, PolicyTarget Target, string? Name, PolicyDirection Direction, JsonNode? Arguments, int Hour)
{
    public static readonly DateTimeOffset Midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    public bool IsOpen => Direction != PolicyDirection.Calls || Target == PolicyTarget.None;

    public PolicyRequest ToRequest() => new(Server, Method, Target, Name)
    {
        Direction = Direction,
        Arguments = Arguments is null ? default : Encoding.UTF8.GetBytes(Arguments.ToJsonString()),
        At = Midnight.AddHours(Hour),
    };

    private string Method => Target switch
    {
        PolicyTarget.Tool => "tools/call",
        PolicyTarget.Prompt => "prompts/get",
        PolicyTarget.Resource => "resources/read",
        _ => Direction switch
        {
            PolicyDirection.Sampling => "sampling/createMessage",
            PolicyDirection.Elicitation => "elicitation/create",
            PolicyDirection.Lists => "tools/list",
            _ => "ping",
        },
    };
}
