using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Headers;

/// <summary>
/// The headers that repeat values of the body: <c>Mcp-Method</c>, <c>Mcp-Name</c>, <c>Mcp-Param-*</c> (MCP 2026-07-28, Streamable HTTP).
/// </summary>
public static class MirroredHeader
{
    /// <summary>The prefix of a parameter's header.</summary>
    public const string ParameterPrefix = "Mcp-Param-";

    private const string Opening = "=?base64?";
    private const string Closing = "?=";
    private const int MaxIntegerText = 128;

    /// <summary>Returns whether a header value has only visible ASCII, space and tab (RFC 9110 section 5.5 without obs-text).</summary>
    public static bool HasValidCharacters(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (c is not ((>= ' ' and <= '~') or '\t'))
                return false;
        }

        return true;
    }

    /// <summary>Decodes the value of a header.</summary>
    /// <param name="headerValue">The header as received.</param>
    /// <param name="value">The plain or decoded text when the answer is true.</param>
    /// <returns>
    /// False when the header has invalid characters, or has the Base64 marks around anything but canonical, padded Base64 of valid
    /// UTF-8. The marks are case-sensitive; other spellings are plain text.
    /// </returns>
    public static bool TryDecode(string headerValue, [NotNullWhen(true)] out string? value)
    {
        ArgumentNullException.ThrowIfNull(headerValue);
        value = null;
        if (!HasValidCharacters(headerValue))
            return false;
        if (!LooksEncoded(headerValue))
        {
            value = headerValue;
            return true;
        }

        // Where the two marks share a character, readers disagree on whether there is anything between them.
        return headerValue.Length >= Opening.Length + Closing.Length && TryDecodeBase64(headerValue[Opening.Length..^Closing.Length], out value);
    }

    /// <summary>Returns the header value for a text, encoded where the plain text could be changed on its way or misread.</summary>
    /// <exception cref="EncoderFallbackException">The text contains half of a surrogate pair.</exception>
    public static string Encode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var plain = HasValidCharacters(value) && !LooksEncoded(value) && value.AsSpan().Trim(" \t").Length == value.Length && value.Length > 0;
        return plain ? value : Opening + Convert.ToBase64String(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(value)) + Closing;
    }

    /// <summary>
    /// Returns the header value for a JSON token. Null where the header must be left out (null, absent, not primitive, not an integer).
    /// </summary>
    public static string? EncodeToken(ReadOnlySpan<byte> jsonToken)
    {
        if (jsonToken.IsEmpty)
            return null;
        if (jsonToken[0] == '"')
            return Encode(JsonText.Decode(jsonToken)!);
        if (jsonToken.SequenceEqual("true"u8))
            return "true";
        if (jsonToken.SequenceEqual("false"u8))
            return "false";
        return TryInteger(jsonToken, out var value) ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Returns whether a header repeats the value of a JSON token of a validated message.</summary>
    /// <remarks>Strings and booleans exactly; integers by value, so that <c>42.0</c> equals 42. Nothing equals null, an array or an object.</remarks>
    public static bool Matches(string headerValue, ReadOnlySpan<byte> jsonToken)
    {
        if (jsonToken.IsEmpty || !TryDecode(headerValue, out var value))
            return false;
        if (jsonToken[0] == '"')
            return string.Equals(value, JsonText.Decode(jsonToken), StringComparison.Ordinal);
        if (jsonToken[0] is (byte)'t' or (byte)'f')
            return Encoding.ASCII.GetString(jsonToken) == value;
        return TryInteger(jsonToken, out var expected) && value.Length <= MaxIntegerText
            && TryInteger(Encoding.UTF8.GetBytes(value), out var actual) && actual == expected;
    }

    private static bool LooksEncoded(string value) =>
        value.StartsWith(Opening, StringComparison.Ordinal) && value.EndsWith(Closing, StringComparison.Ordinal);

    private static bool TryDecodeBase64(string text, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return false;
        // Writing it again shows white space and spare bits, both of which lenient decoders skip.
        var canonical = string.Equals(Convert.ToBase64String(bytes, 0, length), text, StringComparison.Ordinal);
        if (!canonical || !Utf8.IsValid(bytes.AsSpan(0, length)))
            return false;
        value = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    /// <summary>Reads an integer with an optional fraction of zeros, magnitude below 2^53, as JSON writes it.</summary>
    private static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var zeroFraction = point < 0 || (point + 1 < text.Length && !text[(point + 1)..].ContainsAnyExcept((byte)'0'));
        var digits = whole.StartsWith("-"u8) ? whole[1..] : whole;
        var leadingZero = digits.Length > 1 && digits[0] == '0';
        var onlyDigits = !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        value = 0;
        return zeroFraction && onlyDigits && !leadingZero && Utf8Parser.TryParse(whole, out value, out var used) && used == whole.Length
            && value is > -(1L << 53) and < (1L << 53);
    }
}
