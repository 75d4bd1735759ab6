using System.Buffers;
using System.Net;
using System.Text;

namespace Gatehouse.Outbound.Http1;

/// <summary>
/// The head of an HTTP/1.1 response: its status, how its body is framed, and the fields that the client keeps (RFC 9112 §4 to §6).
/// </summary>
/// <remarks>
/// The threat: a server, or a proxy in front of it, that frames one response as two makes the second one the answer to another caller's request
/// (CWE-444). Whatever two readers could frame differently is refused: both lengths, a length that is repeated or no plain number, another transfer
/// coding than <c>chunked</c>, folded lines, a space before a colon, a line break without a carriage return.
/// </remarks>
internal sealed class ResponseHead
{
    /// <summary>The most bytes of a head.</summary>
    public const int MostBytes = 64 * 1024;

    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // RFC 9110 §5.5: a field has no control characters but the tab.
    private static readonly SearchValues<byte> Control =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(static c => c != '\t').Select(static c => (byte)c), 127]);

    private readonly IReadOnlyList<string> keep;
    private string?[]? kept; // by the index of the name
    private bool[]? repeated;
    private bool isOld; // HTTP/1.0

    private ResponseHead(IReadOnlyList<string> keep) => this.keep = keep;

    /// <summary>The status; 100 to 599 without 101.</summary>
    public HttpStatusCode Status { get; private set; }

    /// <summary>Length of the body in bytes; null where it is chunked or ends with the connection.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>True where the body is chunked.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>True where the connection serves another request after this one.</summary>
    public bool IsPersistent { get; private set; } = true;

    /// <summary>The time for which the server says that it keeps the idle connection; null where it does not.</summary>
    public TimeSpan? KeepAlive { get; private set; }

    /// <summary>The media type as it was sent; null where there is none.</summary>
    public string? ContentType { get; private set; }

    /// <summary>True where the body has a content coding.</summary>
    public bool HasContentEncoding { get; private set; }

    /// <summary>True for a response before the final one (RFC 9110 §15.2).</summary>
    public bool IsInterim => (int)Status < 200;

    /// <summary>Returns the value of a field that is kept; null where it is absent or repeated.</summary>
    public string? Field(string name)
    {
        if (kept is null) return null;
        for (var i = 0; i < keep.Count; i++) if (keep[i] == name) return repeated![i] ? null : kept[i];
        return null;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="keep">Names of the fields to keep.</param>
    /// <param name="scanned">Bytes that an earlier call has looked at. The next call continues there.</param>
    /// <param name="consumed">Bytes of the head, the empty line included; 0 where it is not whole.</param>
    /// <returns>The head; null where it is not whole.</returns>
    /// <exception cref="HttpRequestException">The head is invalid or too long.</exception>
    public static ResponseHead? Read(ReadOnlySpan<byte> bytes, IReadOnlyList<string> keep, ref int scanned, out int consumed)
    {
        consumed = 0;
        var from = Math.Max(0, scanned - 3);
        var end = bytes[from..].IndexOf("\r\n\r\n"u8);
        scanned = bytes.Length;
        if (end < 0) RequireCarriageReturns(bytes[from..], isStart: from == 0);
        if ((end < 0 ? bytes.Length : from + end) > MostBytes)
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "the head of the response is too long");
        if (end < 0) return null;
        var head = new ResponseHead(keep);
        var lines = bytes[..(from + end + 2)];
        head.ReadStatus(NextLine(ref lines));
        while (!lines.IsEmpty) head.ReadField(NextLine(ref lines));
        head.Judge();
        consumed = from + end + 4;
        scanned = 0;
        return head;
    }

    /// <summary>Tells whether a line behind the last chunk is a field. Its value is not used.</summary>
    public static bool IsField(ReadOnlySpan<byte> line) =>
        line.IndexOf((byte)':') is > 0 and var colon && !line[..colon].ContainsAnyExcept(Token) && !line[(colon + 1)..].ContainsAny(Control);

    /// <summary>Tells whether the text has a character that no field may have.</summary>
    public static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAny(Control);

    // A head that ends its lines otherwise would never be whole, and its request would wait for its deadline.
    private static void RequireCarriageReturns(ReadOnlySpan<byte> bytes, bool isStart)
    {
        for (var at = bytes.IndexOf((byte)'\n'); at >= 0;)
        {
            if (at > 0 ? bytes[at - 1] != '\r' : isStart) throw new Http1FormatException("line break");
            var next = bytes[(at + 1)..].IndexOf((byte)'\n');
            at = next < 0 ? -1 : at + 1 + next;
        }
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> lines)
    {
        var end = lines.IndexOf("\r\n"u8);
        var line = lines[..end];
        lines = lines[(end + 2)..];
        return line;
    }

    // HTTP-version SP status-code SP [ reason ]. Many servers leave the last space out where they have no reason.
    private void ReadStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ') throw Invalid("status line");
        if (line.Length > 12 && (line[12] != ' ' || line[13..].ContainsAny(Control))) throw Invalid("status line");
        var status = 0;
        foreach (var digit in line[9..12])
        {
            if (!char.IsAsciiDigit((char)digit)) throw Invalid("status line");
            status = (10 * status) + (digit - '0');
        }

        // 101 would make the connection one of another protocol, which was not asked for.
        if (status is < 100 or > 599 or 101) throw Invalid("status");
        Status = (HttpStatusCode)status;
        isOld = line[7] == '0';
        IsPersistent = !isOld;
    }

    private void ReadField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) throw Invalid("field");
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (name.ContainsAnyExcept(Token) || value.ContainsAny(Control)) throw Invalid("field");
        switch (name.Length)
        {
            case 14 when Is(name, "content-length"u8):
                ReadLength(value);
                break;
            case 17 when Is(name, "transfer-encoding"u8):
                if (IsChunked || !Is(value, "chunked"u8)) throw Invalid("Transfer-Encoding");
                IsChunked = true;
                break;
            case 10 when Is(name, "connection"u8):
                ReadConnection(value);
                break;
            case 10 when Is(name, "keep-alive"u8):
                ReadKeepAlive(value);
                break;
            case 12 when Is(name, "content-type"u8):
                ContentType = ContentType is null ? MediaType(value) : throw Invalid("Content-Type");
                break;
            case 16 when Is(name, "content-encoding"u8):
                // The server of the official C# SDK says "identity", which is no coding (RFC 9110 §12.5.3), so that no proxy compresses its streams.
                HasContentEncoding |= !Is(value, "identity"u8);
                break;
            default:
                Keep(name, value);
                break;
        }
    }

    private void ReadLength(ReadOnlySpan<byte> value)
    {
        if (ContentLength is not null || value.Length is 0 or > 18 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw Invalid("Content-Length");
        ContentLength = Number(value);
    }

    private void ReadConnection(ReadOnlySpan<byte> value)
    {
        foreach (var option in value.Split((byte)','))
        {
            if (Is(value[option].Trim(" \t"u8), "close"u8)) IsPersistent = false;
        }
    }

    // "timeout=5, max=100". Node.js servers close the connection 5 s after its last use and say so.
    private void ReadKeepAlive(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var parameter = value[range].Trim(" \t"u8);
            if (parameter.Length is <= 8 or > 17 || !Is(parameter[..8], "timeout="u8)) continue;
            if (!parameter[8..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) KeepAlive = TimeSpan.FromSeconds(Number(parameter[8..]));
        }
    }

    private static long Number(ReadOnlySpan<byte> digits)
    {
        long number = 0;
        foreach (var digit in digits) number = (10 * number) + (digit - '0');
        return number;
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < keep.Count; i++)
        {
            if (keep[i].Length != name.Length || !Ascii.EqualsIgnoreCase(name, keep[i])) continue;
            kept ??= new string?[keep.Count];
            repeated ??= new bool[keep.Count];
            repeated[i] = kept[i] is not null;
            kept[i] = Encoding.Latin1.GetString(value);
            return;
        }
    }

    private void Judge()
    {
        if (ContentLength is not null && IsChunked) throw Invalid("Content-Length and Transfer-Encoding");
        // RFC 9112 §6.1: a server of the old version that names a coding, and an interim response that names a length, have lost their place.
        if ((isOld && IsChunked) || (IsInterim && (IsChunked || ContentLength is not null))) throw Invalid("framing");
        // RFC 9112 §6.3: these have no body, whatever their fields say.
        if (Status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)) return;
        if (IsChunked || ContentLength > 0) IsPersistent = false;
        (ContentLength, IsChunked) = (0, false);
    }

    // The two types that are sent almost always have their own string.
    private static string MediaType(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("application/json"u8) ? "application/json"
        : value.SequenceEqual("text/event-stream"u8) ? "text/event-stream"
        : Encoding.Latin1.GetString(value);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);

    private static Http1FormatException Invalid(string part) => new(part);
}
