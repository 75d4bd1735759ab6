using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>Values of the event model as text of one line.</summary>
public static class EntryText
{
    /// <summary>Returns a value as text. Each value of a list and each member of an object is in it.</summary>
    /// <param name="value">The value.</param>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Of)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(Member)),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.GetRawText(),
    };

    private static string Member(JsonProperty member) => member.Name switch
    {
        "kind" or "outcome" or "reason" => Of(member.Value),
        "detail" => $"({Of(member.Value)})",
        "count" => $"×{Of(member.Value)}",
        _ => $"{member.Name}={Of(member.Value)}",
    };
}
