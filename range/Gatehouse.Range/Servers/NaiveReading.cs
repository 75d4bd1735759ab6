using System.Text.Json;

namespace Gatehouse.Range.Servers;

/// <summary>How naive software reads a message: the first thing that looks right.</summary>
internal static class NaiveReading
{
    /// <summary>True unless the body calls a tool other than <c>echo</c>: the first method, and the first name after it.</summary>
    public static bool CallsNothingButEcho(ReadOnlySpan<byte> body) =>
        First(body, "method"u8, after: default) != "tools/call" || First(body, "name"u8, after: "params"u8) is null or "echo";

    /// <summary>True when the body calls a tool.</summary>
    public static bool IsToolCall(ReadOnlySpan<byte> body) => First(body, "method"u8, after: default) == "tools/call";

    /// <summary>True unless the argument <c>amount</c> is a number above 100.</summary>
    public static bool AmountIsSmall(byte[] body)
    {
        if (body.Length == 0) return true;
        using var message = JsonDocument.Parse(body);
        return !message.RootElement.TryGetProperty("params", out var parameters)
            || !parameters.TryGetProperty("arguments", out var arguments)
            || !arguments.TryGetProperty("amount", out var amount)
            || amount.ValueKind != JsonValueKind.Number
            || amount.GetDouble() <= 100;
    }

    /// <summary>True unless the argument <c>path</c> is a text that begins with something else.</summary>
    public static bool PathBeginsWith(byte[] body, string folder)
    {
        if (body.Length == 0) return true;
        using var message = JsonDocument.Parse(body);
        return !message.RootElement.TryGetProperty("params", out var parameters)
            || !parameters.TryGetProperty("arguments", out var arguments)
            || !arguments.TryGetProperty("path", out var path)
            || path.GetString()!.StartsWith(folder, StringComparison.Ordinal);
    }

    /// <summary>True when the body is a completion.</summary>
    public static bool Completes(ReadOnlySpan<byte> body) => First(body, "method"u8, after: default) == "completion/complete";

    /// <summary>True when a reference has a URI that begins so.</summary>
    public static bool HasReferenceTo(ReadOnlySpan<byte> body, string start) =>
        First(body, "uri"u8, after: "ref"u8)?.StartsWith(start, StringComparison.Ordinal) == true;

    /// <summary>True when the body reads a resource whose URI begins so.</summary>
    public static bool Reads(ReadOnlySpan<byte> body, string start) =>
        First(body, "method"u8, after: default) == "resources/read"
            && First(body, "uri"u8, after: "params"u8)?.StartsWith(start, StringComparison.Ordinal) == true;

    private static string? First(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> after)
    {
        var reader = new Utf8JsonReader(body);
        var looking = after.IsEmpty;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (!looking) looking = reader.ValueTextEquals(after);
            if (looking && reader.ValueTextEquals(name) && reader.Read()) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }

        return null;
    }
}
