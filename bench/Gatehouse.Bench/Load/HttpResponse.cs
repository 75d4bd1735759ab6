using System.Buffers.Text;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>Finds head and end of an HTTP/1.1 response in received bytes.</summary>
/// <param name="Status">Status code; 0 while the head is incomplete.</param>
/// <param name="HeadLength">Bytes of the head.</param>
/// <param name="IsWhole">True when the whole body is there.</param>
internal readonly record struct HttpResponse(int Status, int HeadLength, bool IsWhole)
{
    public static HttpResponse Read(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4 || !Utf8Parser.TryParse(received.Slice(9, 3), out int status, out _)) return default;
        if (Header(received[..head], "content-length:") is { } text)
        {
            var length = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            return new HttpResponse(status, head, received.Length >= head + length);
        }

        var chunked = Header(received[..head], "transfer-encoding:") is not null;
        return new HttpResponse(status, head, !chunked || EndsAfterChunks(received[head..]));
    }

    /// <summary>The value of a header; the name in lower case with its colon.</summary>
    public static string? Header(ReadOnlySpan<byte> head, string name)
    {
        for (var rest = head; rest.IndexOf("\r\n"u8) is var end and > 0; rest = rest[(end + 2)..])
        {
            var line = rest[..end];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return Encoding.ASCII.GetString(line[name.Length..]).Trim();
        }

        return null;
    }

    private static bool EndsAfterChunks(ReadOnlySpan<byte> body)
    {
        while (true)
        {
            var line = body.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(body[..line], out int length, out _, 'x')) return false;
            var next = line + 2 + length + 2;
            if (body.Length < next) return false;
            if (length == 0) return true;
            body = body[next..];
        }
    }
}
