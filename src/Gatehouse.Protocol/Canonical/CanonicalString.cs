using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Canonical;

/// <summary>A writer of validated JSON strings with the fewest escapes (RFC 8785 section 3.2.2.2).</summary>
internal static class CanonicalString
{
    private const int Piece = 256;

    /// <param name="token">The token, quotes included.</param>
    /// <param name="output">The destination of the canonical token.</param>
    public static void Write(ReadOnlySpan<byte> token, IBufferWriter<byte> output)
    {
        // Validated text without an escape holds no control character: it is canonical already.
        if (token.Contains((byte)'\\'))
            WriteDecoded(token[1..^1], output);
        else
            output.Write(token);
    }

    private static void WriteDecoded(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var decoded = new JsonStringBytes(content);
        Span<byte> piece = stackalloc byte[Piece];
        piece[0] = (byte)'"';
        var used = 1;
        for (var b = decoded.Next(); b >= 0; b = decoded.Next())
        {
            if (used > Piece - 8)
            {
                output.Write(piece[..used]);
                used = 0;
            }

            used += Encode((byte)b, piece[used..]);
        }

        piece[used++] = (byte)'"';
        output.Write(piece[..used]);
    }

    private static int Encode(byte b, Span<byte> into)
    {
        if (b >= 0x20 && b is not ((byte)'"' or (byte)'\\'))
        {
            into[0] = b;
            return 1;
        }

        into[0] = (byte)'\\';
        into[1] = b switch
        {
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            (byte)'"' or (byte)'\\' => b,
            _ => (byte)'u',
        };
        return into[1] == 'u' ? Hex(b, into) : 2;
    }

    private static int Hex(byte control, Span<byte> into)
    {
        "00"u8.CopyTo(into[2..]);
        into[4] = (byte)('0' + (control >> 4));
        into[5] = "0123456789abcdef"u8[control & 15];
        return 6;
    }
}
