using System.Text;
using System.Text.Json;

namespace Gatehouse.Range.Servers;

/// <summary>A question about a call as people write it in an afternoon: the arguments as they are, cut where they are long.</summary>
internal static class NaiveQuestion
{
    // Clients that ask before a call cut long arguments like this.
    private const int MostLetters = 1000;

    /// <summary>Returns the question for a terminal.</summary>
    /// <param name="parameters">The params of the call, as JSON.</param>
    public static string Text(ReadOnlyMemory<byte> parameters)
    {
        using var parsed = JsonDocument.Parse(parameters);
        var text = new StringBuilder($"Allow the call of {parsed.RootElement.GetProperty("name").GetString()}?\n");
        foreach (var argument in parsed.RootElement.GetProperty("arguments").EnumerateObject())
        {
            var value = argument.Value.ToString();
            text.Append($"{argument.Name}: {(value.Length > MostLetters ? value[..MostLetters] + "\n..." : value)}\n");
        }

        return text.ToString();
    }
}
