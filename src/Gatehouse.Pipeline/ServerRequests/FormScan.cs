using Gatehouse.Pipeline.ServerRequests.Words;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>
/// The scan of a form. A form may ask a person for ordinary data, never for a secret, under any name (H10; MCP elicitation, form mode).
/// </summary>
internal static class FormScan
{
    /// <summary>The form asks for a secret.</summary>
    public const string AsksForASecret = "form-asks-for-a-secret";

    /// <summary>The form has more fields or longer texts than can be read.</summary>
    public const string TooLong = "form-too-long";

    private const int MaxFields = 100;
    private const int LongestText = 16_384;

    /// <summary>Returns the reason why the form is refused; null when it is an ordinary one.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="parameters">The request's <c>params</c>, an object.</param>
    public static string? Refuses(ReadOnlySpan<byte> bytes, ByteRange parameters)
    {
        if (!JsonWalk.TryFindMember(bytes, parameters, "requestedSchema"u8, out var schema)) return null;
        if (bytes[schema.Start] != (byte)'{') return "form-malformed";
        if (!JsonWalk.TryFindMember(bytes, schema, "properties"u8, out var properties)) return HasOtherShape(bytes, schema) ? "form-not-flat" : null;
        if (bytes[properties.Start] != (byte)'{' || HasOtherShape(bytes, schema)) return "form-not-flat";
        var fields = 0;
        bool text = false, numbers = false;
        foreach (var field in JsonWalk.Members(bytes, properties))
        {
            if (++fields > MaxFields) return TooLong;
            if (bytes[field.Value.Start] != (byte)'{') return "form-malformed";
            if (FieldScan.Kind(bytes, field.Value) is not { } kind) return "form-not-flat";
            if (FieldScan.Refuses(bytes, field, kind) is { } reason) return reason;
            text |= kind == FieldKind.Text;
            numbers |= kind == FieldKind.Number;
        }

        // A secret that the words around the form ask for can be typed only if there is an input field.
        return text || numbers ? Around(bytes, parameters, schema, numbers: !text) : null;
    }

    private static string? Around(ReadOnlySpan<byte> bytes, ByteRange parameters, ByteRange schema, bool numbers)
    {
        foreach (var words in new[] { Text(bytes, parameters, "message"u8), Text(bytes, schema, "title"u8), Text(bytes, schema, "description"u8) })
        {
            if (words is null) continue;
            if (words.Length > LongestText) return TooLong;
            if (SecretWords.AskedBy(words, numbers) is not null) return AsksForASecret;
        }

        return null;
    }

    private static bool HasOtherShape(ReadOnlySpan<byte> bytes, ByteRange schema) =>
        JsonWalk.TryFindMember(bytes, schema, "allOf"u8, out _)
        || JsonWalk.TryFindMember(bytes, schema, "anyOf"u8, out _)
        || JsonWalk.TryFindMember(bytes, schema, "oneOf"u8, out _)
        || JsonWalk.TryFindMember(bytes, schema, "$ref"u8, out _)
        || JsonWalk.TryFindMember(bytes, schema, "patternProperties"u8, out _)
        || (JsonWalk.TryFindMember(bytes, schema, "additionalProperties"u8, out var more) && bytes[more.Start] == (byte)'{');

    private static string? Text(ReadOnlySpan<byte> bytes, ByteRange owner, ReadOnlySpan<byte> name) =>
        JsonWalk.TryFindMember(bytes, owner, name, out var value) ? JsonWalk.String(bytes, value) : null;
}
