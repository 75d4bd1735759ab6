using System.Buffers;
using System.Text;

namespace Gatehouse.Policy.Matching;

/// <summary>
/// The plain form of a URI, in which spellings that readers hold equal are one text: scheme and authority without capitals, escapes resolved, an
/// address as four numbers, slashes one by one and none at the end, no empty authority. It is for the comparison with forbidden resources, never for
/// forwarding.
/// </summary>
/// <remarks>
/// RFC 3986 §6.2; WHATWG URL. Two URIs that a server distinguishes may get one plain form: a forbid then holds for both, and no permit is decided by
/// it.
/// </remarks>
internal static class UriReading
{
    /// <summary>The largest growth of a URI in its plain form.</summary>
    public const int Growth = 16;

    public static string Of(string uri)
    {
        var room = new char[uri.Length + Growth];
        return new string(room, 0, Write(uri, room));
    }

    /// <summary>Writes the plain form of a URI that is no hazard. Of a hazardous URI it writes the readable part.</summary>
    public static int Write(ReadOnlySpan<char> uri, Span<char> into)
    {
        var parts = UriParts.Of(uri);
        var written = WriteStart(uri, parts, into);
        var path = written;
        WritePath(parts.Path, into, ref written, parts.HasAuthority ? '\0' : ':');
        if (written > path && into[written - 1] == '/' && (written > path + 1 || !parts.Authority.IsEmpty)) written--;
        var isQuery = false;
        for (var rest = uri[(parts.PathStart + parts.Path.Length)..]; !rest.IsEmpty;)
        {
            isQuery |= rest[0] == '?';
            Take(ref rest, into, ref written);
            if (isQuery && into[written - 1] == '+') into[written - 1] = ' ';
        }

        return written;
    }

    /// <summary>Returns the literal parts of a pattern in their plain form, the wildcards as they are.</summary>
    public static UriPattern Of(UriPattern pattern)
    {
        var tokens = pattern.Tokens.ToBuilder();
        var inAuthority = false;
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Kind != UriTokenKind.Literal) continue;
            tokens[at] = new UriToken(UriTokenKind.Literal, at == 0
                ? First(tokens[0].Text, tokens.Count > 1, out inAuthority) : Further(tokens[at].Text, ref inAuthority));
        }

        return pattern.With(tokens.ToImmutable());
    }

    /// <summary>Decodes the character of a run of escapes, as UTF-8. Returns false when it is no escape or no UTF-8.</summary>
    public static bool TryDecode(ReadOnlySpan<char> uri, out Rune decoded, out int used)
    {
        decoded = default;
        used = 0;
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        for (var at = 0; count < 4 && at + 2 < uri.Length && uri[at] == '%'
            && char.IsAsciiHexDigit(uri[at + 1]) && char.IsAsciiHexDigit(uri[at + 2]); at += 3)
        {
            bytes[count++] = (byte)((Digit(uri[at + 1]) << 4) | Digit(uri[at + 2]));
            if (bytes[0] < 0x80) break;
        }

        if (count == 0 || Rune.DecodeFromUtf8(bytes[..count], out decoded, out var length) != OperationStatus.Done) return false;
        used = 3 * length;
        return true;
    }

    private static int Digit(char hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private static int WriteStart(ReadOnlySpan<char> uri, in UriParts parts, Span<char> into)
    {
        var written = uri[..parts.PathStart].ToLowerInvariant(into);
        // note:///a and note:/a have one path, and no host.
        if (parts.Authority.IsEmpty) return parts.HasAuthority && !parts.Path.IsEmpty ? written - 2 : written;
        var authority = parts.Authority;
        var colon = authority.LastIndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        if (!UriAuthority.TryReadNumber(host, out var address)) return written;
        written -= authority.Length;
        written += UriAuthority.Write(address, into[written..]);
        authority[host.Length..].ToLowerInvariant(into[written..]);
        return written + authority.Length - host.Length;
    }

    private static void WritePath(ReadOnlySpan<char> path, Span<char> into, ref int written, char before)
    {
        while (!path.IsEmpty)
        {
            if (path[0] == '/' && before == '/')
            {
                path = path[1..];
                continue;
            }

            before = path[0];
            Take(ref path, into, ref written);
        }
    }

    private static void Take(ref ReadOnlySpan<char> rest, Span<char> into, ref int written)
    {
        if (rest[0] == '%' && TryDecode(rest, out var decoded, out var used))
        {
            written += decoded.EncodeToUtf16(into[written..]);
            rest = rest[used..];
            return;
        }

        into[written++] = rest[0];
        rest = rest[1..];
    }

    // The text before the first wildcard. The authority may continue after it, so its end is kept as it is.
    private static string First(string text, bool goesOn, out bool inAuthority)
    {
        var parts = UriParts.Of(text);
        inAuthority = goesOn && parts.HasAuthority && parts.PathStart == text.Length;
        if (inAuthority) return text.ToLowerInvariant();
        var plain = Of(text);
        return goesOn && text.EndsWith('/') && !plain.EndsWith('/') ? plain + "/" : plain;
    }

    private static string Further(string text, ref bool inAuthority)
    {
        var end = inAuthority ? text.AsSpan().IndexOfAny('/', '?', '#') : 0;
        var room = new char[text.Length];
        var lower = end < 0 ? text.Length : end;
        var written = text.AsSpan(0, lower).ToLowerInvariant(room);
        inAuthority = end < 0;
        WritePath(text.AsSpan(lower), room, ref written, '\0');
        return new string(room, 0, written);
    }
}
