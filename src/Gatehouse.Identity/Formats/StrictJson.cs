using System.Text.Json;
using System.Text.Unicode;

namespace Gatehouse.Identity.Formats;

/// <summary>A reader of JSON that every parser understands alike: valid UTF-8, one object, no repeated names, no lone surrogates.</summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting read.</summary>
    public const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Parses one object; the element is independent of the bytes.</summary>
    /// <returns>The fault, or <see cref="StrictJsonFault.None"/>.</returns>
    public static StrictJsonFault Parse(ReadOnlyMemory<byte> utf8, out JsonElement root)
    {
        root = default;
        if (!Utf8.IsValid(utf8.Span) || !IsObjectOfWholeStrings(utf8.Span))
            return StrictJsonFault.Malformed;
        if (!TryParse(utf8, Strict, out root))
            return TryParse(utf8, Lenient, out _) ? StrictJsonFault.DuplicateMember : StrictJsonFault.Malformed;
        return StrictJsonFault.None;
    }

    private static bool TryParse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options, out JsonElement root)
    {
        root = default;
        try
        {
            using var document = JsonDocument.Parse(utf8, options);
            root = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Escapes can spell half a surrogate pair, which readers repair in different ways; such a text is refused.</summary>
    private static bool IsObjectOfWholeStrings(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            var isFirst = true;
            while (reader.Read())
            {
                if (isFirst && reader.TokenType != JsonTokenType.StartObject)
                    return false;
                isFirst = false;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    _ = reader.GetString();
            }

            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
