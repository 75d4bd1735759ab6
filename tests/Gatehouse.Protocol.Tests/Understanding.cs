using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

/// <summary>What a reader took from a message, as text that is equal exactly when the values are.</summary>
/// <remarks>
/// Method, id, <c>params.name</c> and <c>params.arguments</c>, joined by bars; a dash for an absent one. A value is z, t or f for null, true
/// and false; n and the 16 hex digits of its IEEE double; s and the hex of its UTF-8; elements in brackets; members in braces as
/// name hex, colon and value, sorted as text.
/// </remarks>
internal static class Understanding
{
    /// <summary>Ours: from the slots of the validated message and our own walk.</summary>
    public static string Of(ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        var method = message.Method is { } text ? "s" + Hexed(text) : "-";
        return string.Join('|', method, Of(bytes, message.Range(EnvelopeMember.Id)), Of(bytes, message.Range(EnvelopeMember.ParamsName)),
            Of(bytes, message.Range(EnvelopeMember.ParamsArguments)));
    }

    /// <summary>That of System.Text.Json's document.</summary>
    public static string Of(JsonElement message)
    {
        var hasParams = message.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object;
        return string.Join('|', Member(message, "method"), Member(message, "id"), hasParams ? Member(parameters, "name") : "-", hasParams
            ? Member(parameters, "arguments") : "-");
    }

    public static string Text(string text) => "s" + Hexed(text);

    public static string Number(double value)
    {
        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bits, value);
        return "n" + Convert.ToHexStringLower(bits);
    }

    public static string Member(JsonElement value, string name) => value.TryGetProperty(name, out var found) ? Value(found) : "-";

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "z",
        JsonValueKind.True => "t",
        JsonValueKind.False => "f",
        JsonValueKind.Number => Number(value.GetDouble()),
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Value)) + "]",
        _ => Members(value.EnumerateObject().Select(member => Hexed(member.Name) + ":" + Value(member.Value))),
    };

    private static string Of(ReadOnlySpan<byte> bytes, ByteRange range)
    {
        if (range.IsAbsent)
            return "-";
        return bytes[range.Start] switch
        {
            (byte)'n' => "z",
            (byte)'t' => "t",
            (byte)'f' => "f",
            (byte)'"' => Text(JsonWalk.String(bytes, range)!),
            (byte)'[' => Elements(bytes, range),
            (byte)'{' => OwnMembers(bytes, range),
            _ => Number(double.Parse(range.Of(bytes), NumberStyles.Float, CultureInfo.InvariantCulture)),
        };
    }

    private static string Elements(ReadOnlySpan<byte> bytes, ByteRange array)
    {
        var elements = new List<string>();
        foreach (var element in JsonWalk.Elements(bytes, array))
            elements.Add(Of(bytes, element));
        return "[" + string.Join(',', elements) + "]";
    }

    private static string OwnMembers(ReadOnlySpan<byte> bytes, ByteRange jsonObject)
    {
        var members = new List<string>();
        foreach (var member in JsonWalk.Members(bytes, jsonObject))
            members.Add(Hexed(JsonWalk.String(bytes, member.Name)!) + ":" + Of(bytes, member.Value));
        return Members(members);
    }

    private static string Members(IEnumerable<string> members) => "{" + string.Join(',', members.Order(StringComparer.Ordinal)) + "}";

    private static string Hexed(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
