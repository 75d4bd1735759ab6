using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Protocol.Json;

/// <summary>The conversion between JSON strings and text.</summary>
public static class JsonText
{
    /// <summary>Decodes a string token, quotes included, of validated JSON.</summary>
    /// <returns>The text, or null when the token is not a string.</returns>
    public static string? Decode(ReadOnlySpan<byte> token)
    {
        if (token.IsEmpty || token[0] != '"')
            return null;
        var reader = new Utf8JsonReader(token);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>Encodes text as a string token with its quotes, all but plain ASCII escaped.</summary>
    /// <remarks>
    /// A half of a surrogate pair in the text becomes U+FFFD, since no JSON of ours may carry one. Apostrophes stay: clients show bodies of errors
    /// as they are, and in JSON, which is all this is for, an apostrophe has no meaning (RFC 8259 section 7).
    /// </remarks>
    public static byte[] Encode(string text)
    {
        var encoded = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text), JavaScriptEncoder.Default).EncodedUtf8Bytes;
        var token = new byte[encoded.Length + 2];
        token[0] = (byte)'"';
        var length = 1;
        for (var at = 0; at < encoded.Length;)
        {
            var left = encoded[at..];
            var step = left[0] == '\\' ? (left[1] == 'u' ? 6 : 2) : 1;
            if (step == 6 && left[..6].SequenceEqual("\\u0027"u8)) token[length++] = (byte)'\'';
            else
            {
                left[..step].CopyTo(token.AsSpan(length));
                length += step;
            }

            at += step;
        }

        token[length++] = (byte)'"';
        return token[..length];
    }

    /// <summary>Returns whether a string token of validated JSON decodes to exactly these UTF-8 bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> token, ReadOnlySpan<byte> utf8)
    {
        if (token.Length < 2 || token[0] != '"')
            return false;
        var content = token[1..^1];
        if (!content.Contains((byte)'\\'))
            return content.SequenceEqual(utf8);
        var decoded = new JsonStringBytes(content);
        foreach (var expected in utf8)
        {
            if (decoded.Next() != expected)
                return false;
        }

        return decoded.Next() < 0;
    }
}
