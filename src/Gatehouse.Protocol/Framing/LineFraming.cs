using System.Buffers;

namespace Gatehouse.Protocol.Framing;

/// <summary>The framing of a message as one line (MCP stdio transport: messages are delimited by newlines and contain none).</summary>
public static class LineFraming
{
    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    /// <summary>Writes a message and the line feed that ends it.</summary>
    public static void Write(IBufferWriter<byte> output, ValidatedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        WriteUnbroken(output, message.Bytes.Span);
        output.Write("\n"u8);
    }

    /// <summary>Writes validated JSON with every CR and LF as a space.</summary>
    /// <remarks>
    /// In JSON no raw control character is inside a string (RFC 8259 section 7), so each CR and LF is white space between tokens and a space means
    /// the same. Without this a line break in the arguments of an allowed call would start a second, unseen message.
    /// </remarks>
    internal static void WriteUnbroken(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (true)
        {
            var found = json.IndexOfAny(LineBreaks);
            if (found < 0)
                break;
            output.Write(json[..found]);
            output.Write(" "u8);
            json = json[(found + 1)..];
        }

        output.Write(json);
    }
}
