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

    private bool hasLength;
    private bool isRepeatedLength;
    private bool hasTransferCoding;
    private List<KeyValuePair<string, string?>>? kept; // null as value where the field is repeated

    /// <summary>The status.</summary>
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

    /// <summary>Returns the value of a field that was kept; null where it is absent or repeated.</summary>
    public string? Field(string name)
    {
        foreach (var (known, value) in kept ?? []) if (ReferenceEquals(known, name) || known == name) return value;
        return null;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="keep">Names of the fields to keep.</param>
    /// <param name="consumed">Bytes of the head, the empty line included; 0 where it is not whole.</param>
    /// <returns>The head; null where it is not whole.</returns>
    /// <exception cref="HttpRequestException">No server may send this.</exception>
    public static ResponseHead? Read(ReadOnlySpan<byte> bytes, IReadOnlyList<string> keep, out int consumed)
    {
        consumed = 0;
        var length = bytes.IndexOf("\r\n\r\n"u8);
        if (length < 0) return bytes.Length > MostBytes ? throw TooLong() : null;
        if (length > MostBytes) throw TooLong();
        var head = new ResponseHead();
        var lines = bytes[..(length + 2)];
        head.ReadStatus(NextLine(ref lines));
        while (!lines.IsEmpty) head.ReadField(NextLine(ref lines), keep);
        head.Judge();
        consumed = length + 4;
        return head;
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
        IsPersistent = line[7] == '1';
    }

    private void ReadField(ReadOnlySpan<byte> line, IReadOnlyList<string> keep)
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
                ReadTransferCoding(value);
                break;
            case 10 when Is(name, "connection"u8):
                ReadConnection(value);
                break;
            case 10 when Is(name, "keep-alive"u8):
                ReadKeepAlive(value);
                break;
            case 12 when Is(name, "content-type"u8):
                ContentType = ContentType is null ? MediaType(value) : $"{ContentType}, {MediaType(value)}";
                break;
            case 16 when Is(name, "content-encoding"u8):
                HasContentEncoding = true;
                break;
            default:
                Keep(name, value, keep);
                break;
        }
    }

    private void ReadLength(ReadOnlySpan<byte> value)
    {
        isRepeatedLength = hasLength;
        hasLength = true;
        if (value.Length is 0 or > 18 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) throw Invalid("Content-Length");
        long length = 0;
        foreach (var digit in value) length = (10 * length) + (digit - '0');
        ContentLength = length;
    }

    private void ReadTransferCoding(ReadOnlySpan<byte> value)
    {
        if (hasTransferCoding || !Is(value, "chunked"u8)) throw Invalid("Transfer-Encoding");
        hasTransferCoding = IsChunked = true;
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
            if (parameter[8..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) continue;
            long seconds = 0;
            foreach (var digit in parameter[8..]) seconds = (10 * seconds) + (digit - '0');
            KeepAlive = TimeSpan.FromSeconds(seconds);
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, IReadOnlyList<string> keep)
    {
        for (var i = 0; i < keep.Count; i++)
        {
            var known = keep[i];
            if (known.Length != name.Length || !Ascii.EqualsIgnoreCase(name, known)) continue;
            kept ??= [];
            var at = kept.FindIndex(one => one.Key == known);
            if (at >= 0) kept[at] = KeyValuePair.Create(known, (string?)null);
            else kept.Add(KeyValuePair.Create(known, (string?)Encoding.Latin1.GetString(value)));
            return;
        }
    }

    private void Judge()
    {
        if (isRepeatedLength) throw Invalid("Content-Length");
        if (hasLength && IsChunked) throw Invalid("Content-Length and Transfer-Encoding");
        // RFC 9112 §6.3: these have no body, whatever their fields say. A server that sends one has lost its place.
        if (!IsInterim && Status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)) return;
        if (IsChunked || ContentLength > 0) IsPersistent = false;
        (ContentLength, IsChunked) = (0, false);
    }

    // The two types that are sent almost always have their own string.
    private static string MediaType(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("application/json"u8) ? "application/json"
        : value.SequenceEqual("text/event-stream"u8) ? "text/event-stream"
        : Encoding.Latin1.GetString(value);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);

    private static HttpRequestException Invalid(string part) =>
        new(HttpRequestError.InvalidResponse, $"the head of the response is invalid: {part}");

    private static HttpRequestException TooLong() =>
        new(HttpRequestError.ConfigurationLimitExceeded, "the head of the response is too long");
}
