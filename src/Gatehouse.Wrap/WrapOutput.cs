using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Wrap;

/// <summary>The output of the wrapper itself: lines to the client, and words for the client's log of the server.</summary>
internal static class WrapOutput
{
    private static readonly Stream Error = Console.OpenStandardError();

    /// <summary>Writes words on stderr. Outside text in them was escaped where it was put in, and the rest is guarded.</summary>
    public static void Tell(string words) => Write($"gatehouse: {VisibleText.GuardLines(words)}\n");

    /// <summary>Writes a line of the server's own stderr, named and escaped (G14).</summary>
    public static void Relay(string server, string line) => Write($"{server}: {VisibleText.Escape(line)}\n");

    /// <summary>Makes a JSON-RPC error of ours; its code is the digits of the GH code.</summary>
    public static byte[] ErrorLine(ReadOnlySpan<byte> id, string code, string message, string remedy)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WritePropertyName("id"u8);
            json.WriteRawValue(id);
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8,
                int.Parse(code.AsSpan(2), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture));
            WriteText(json, "message", message);
            json.WriteStartObject("data"u8);
            json.WriteString("code"u8, code);
            WriteText(json, "remedy", remedy);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    // Clients show the text as it is, and in JSON an apostrophe has no meaning (RFC 8259 section 7). The id stays in the client's own bytes.
    private static void WriteText(System.Text.Json.Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue($"\"{JsonApostrophe.Restore(System.Text.Json.JsonEncodedText.Encode(text).Value)}\"");
    }

    private static void Write(string text)
    {
        try
        {
            lock (Error) Error.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // No process reads it any more.
        }
    }
}
