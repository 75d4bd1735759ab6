using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Protocol;

/// <summary>JSON strings to text and back.</summary>
public static class JsonText
{
    /// <summary>Decodes a string token, quotes included, of proven JSON.</summary>
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
    /// <remarks>A half of a surrogate pair in the text becomes U+FFFD, since no JSON of ours may carry one.</remarks>
    public static byte[] Encode(string text)
    {
        JsonEncodedText encoded = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text), JavaScriptEncoder.Default);
        byte[] token = new byte[encoded.EncodedUtf8Bytes.Length + 2];
        token[0] = token[^1] = (byte)'"';
        encoded.EncodedUtf8Bytes.CopyTo(token.AsSpan(1));
        return token;
    }

    /// <summary>Whether a string token of proven JSON decodes to exactly these UTF-8 bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> token, ReadOnlySpan<byte> utf8)
    {
        if (token.Length < 2 || token[0] != '"')
            return false;
        ReadOnlySpan<byte> content = token[1..^1];
        if (!content.Contains((byte)'\\'))
            return content.SequenceEqual(utf8);
        var decoded = new JsonStringBytes(content);
        foreach (byte expected in utf8)
        {
            if (decoded.Next() != expected)
                return false;
        }

        return decoded.Next() < 0;
    }
}
