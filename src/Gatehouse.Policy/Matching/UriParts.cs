namespace Gatehouse.Policy.Matching;

/// <summary>The parts of a URI (RFC 3986 §3), as they are written.</summary>
internal readonly ref struct UriParts
{
    private UriParts(ReadOnlySpan<char> uri, int scheme, bool hasAuthority, int path, int end)
    {
        Scheme = uri[..Math.Max(0, scheme)];
        HasAuthority = hasAuthority;
        PathStart = path;
        Authority = hasAuthority ? uri[(scheme + 3)..path] : default;
        Path = uri[path..end];
        BeforePath = path > 0 ? uri[path - 1] : '\0';
    }

    /// <summary>The text before the colon; empty for a name that is no URI.</summary>
    public ReadOnlySpan<char> Scheme { get; }

    public bool HasAuthority { get; }

    public ReadOnlySpan<char> Authority { get; }

    /// <summary>Without query and fragment.</summary>
    public ReadOnlySpan<char> Path { get; }

    public int PathStart { get; }

    public char BeforePath { get; }

    /// <summary>Schemes whose authority is a host, by RFC 9110 and the like; other schemes write there what they like.</summary>
    public bool IsWeb => Scheme is "http" or "https" or "ws" or "wss" or "ftp";

    public static UriParts Of(ReadOnlySpan<char> uri)
    {
        var scheme = uri.IndexOfAny(":/?#") is var first && first > 0 && uri[first] == ':' ? first : -1;
        var rest = uri[(scheme + 1)..];
        var hasAuthority = scheme > 0 && rest.StartsWith("//", StringComparison.Ordinal);
        var path = scheme + 1;
        if (hasAuthority)
        {
            var length = rest[2..].IndexOfAny('/', '?', '#');
            path = length < 0 ? uri.Length : path + 2 + length;
        }

        var query = uri[path..].IndexOfAny('?', '#');
        return new UriParts(uri, scheme, hasAuthority, path, query < 0 ? uri.Length : path + query);
    }
}
