using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Gatehouse.Outbound.Http1;

/// <summary>A request as the bytes of one write: its head, and behind it the body where it has one (RFC 9112 §3, §5).</summary>
/// <remarks>
/// The threat: a value with a line break would be a field, or a request, of whoever wrote it (CWE-113). Nothing but visible ASCII, spaces and tabs is
/// written.
/// </remarks>
internal sealed class Http1Request : IOutgoingHead, IDisposable
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Fields that frame the message or belong to the connection. They are written here only.
    private static readonly FrozenSet<string> Own = FrozenSet.ToFrozenSet(
        ["Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Upgrade", "TE", "Trailer", "Expect"],
        StringComparer.OrdinalIgnoreCase);

    private byte[] buffer;
    private int length;

    private Http1Request(HttpMethod method, int size) => (Method, buffer) = (method, ArrayPool<byte>.Shared.Rent(size));

    /// <summary>Its method.</summary>
    public HttpMethod Method { get; }

    /// <summary>The whole request. Valid after <c>End</c>.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Begins a request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="prepared">What <see cref="Prepare"/> returned for the server.</param>
    /// <param name="bodyBytes">Length of the body, a hint for the buffer.</param>
    public static Http1Request Begin(HttpMethod method, ReadOnlySpan<byte> prepared, int bodyBytes)
    {
        var head = new Http1Request(method, prepared.Length + bodyBytes + 1024);
        head.Encode(method.Method);
        head.Write(prepared);
        return head;
    }

    /// <summary>Returns the part that all requests to a server share: the rest of the request line, and the <c>Host</c> field.</summary>
    /// <param name="url">The address of the server.</param>
    /// <param name="host">The <c>Host</c> field in place of that of the address; null for none.</param>
    /// <exception cref="FormatException">The host cannot be written.</exception>
    public static byte[] Prepare(Uri url, string? host)
    {
        var authority = host ?? (url.IsDefaultPort ? HostOf(url) : string.Create(CultureInfo.InvariantCulture, $"{HostOf(url)}:{url.Port}"));
        if (authority.AsSpan().ContainsAnyExceptInRange('!', '~')) throw new FormatException("the host has a character that no field may have");
        return Encoding.ASCII.GetBytes($" {url.PathAndQuery} HTTP/1.1\r\nHost: {authority}\r\n");
    }

    /// <summary>Returns the name or address of a URL as it is written in the <c>Host</c> field: an IPv6 address in brackets.</summary>
    public static string HostOf(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;

    /// <inheritdoc />
    /// <exception cref="HttpRequestException">The name or value has a character that it may not have. The message does not contain the value.</exception>
    public void Add(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token) || Own.Contains(name))
            throw new HttpRequestException("a header of the request has a name that it may not have");
        FieldValue.Require(name, value);
        Reserve(name.Length + value.Length + 4);
        Encode(name);
        Write(": "u8);
        Encode(value);
        Write("\r\n"u8);
    }

    /// <summary>Ends a request without a body. It names no length (RFC 9110 §8.6).</summary>
    public void End() => Write("\r\n"u8);

    /// <summary>Ends the head, and adds the message that is the body.</summary>
    public void End(ReadOnlySpan<byte> body)
    {
        Reserve(body.Length + 64);
        Write("Content-Type: application/json\r\nContent-Length: "u8);
        body.Length.TryFormat(buffer.AsSpan(length), out var written, default, CultureInfo.InvariantCulture);
        length += written;
        Write("\r\n\r\n"u8);
        Write(body);
    }

    /// <summary>Gives the bytes back. They may hold a credential, and another user of the pool must not see it.</summary>
    public void Dispose()
    {
        var used = buffer;
        (buffer, length) = ([], 0);
        if (used.Length > 0) ArrayPool<byte>.Shared.Return(used, clearArray: true);
    }

    /// <summary>Leaves the bytes to a write that has not ended. They are not used again.</summary>
    public void Abandon() => (buffer, length) = ([], 0);

    private void Encode(string text) => length += Encoding.ASCII.GetBytes(text, buffer.AsSpan(length));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (buffer.Length - length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * buffer.Length, length + more));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        buffer = larger;
    }
}
