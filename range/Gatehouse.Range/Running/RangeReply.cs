using System.Text.Json;

namespace Gatehouse.Range.Running;

/// <summary>What came back for one HTTP request.</summary>
/// <param name="Status">The HTTP status; 0 when nothing came in time.</param>
/// <param name="Messages">JSON-RPC messages in order, from a JSON body or an event stream.</param>
/// <param name="EventIds">Event ids in order.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="SessionId">The session that the answer began.</param>
internal sealed record RangeReply(int Status, IReadOnlyList<JsonElement> Messages, IReadOnlyList<string> EventIds, string Text, string? SessionId)
{
    public static RangeReply Nothing { get; } = new(0, [], [], "", null);

    /// <summary>True when the text is anywhere in the answer.</summary>
    public bool Holds(string text) => Text.Contains(text, StringComparison.Ordinal);

    /// <summary>The result with the id; null when there is none.</summary>
    public JsonElement? Result(int id)
    {
        foreach (var message in Messages)
        {
            if (message.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.Number && given.GetInt32() == id
                && message.TryGetProperty("result", out var result))
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>For reports: status and error code.</summary>
    public string Summary()
    {
        if (Status == 0) return "no answer in time";
        foreach (var message in Messages)
        {
            if (message.TryGetProperty("error", out var error)) return $"HTTP {Status}, error {error.GetProperty("code")}";
        }

        return $"HTTP {Status}";
    }
}
