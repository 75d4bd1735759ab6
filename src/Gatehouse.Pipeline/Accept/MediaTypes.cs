namespace Gatehouse.Pipeline.Accept;

/// <summary>Readers of Content-Type and Accept that have one interpretation.</summary>
public static class MediaTypes
{
    /// <summary>
    /// Tells whether the type is <c>application/json</c>, with no parameter or <c>charset=utf-8</c>. Type and charset are compared without case: a
    /// gateway that did not recognize <c>Application/json</c> let it pass unread (F3).
    /// </summary>
    public static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        var rest = contentType.AsSpan().Trim(" \t");
        var semicolon = rest.IndexOf(';');
        var type = semicolon < 0 ? rest : rest[..semicolon].TrimEnd(" \t");
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return false;
        if (semicolon < 0) return true;
        var parameter = rest[(semicolon + 1)..].Trim(" \t");
        return parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase)
            || parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Tells whether the type is <c>text/event-stream</c>, with any parameters.</summary>
    public static bool IsEventStream(string? contentType)
    {
        if (contentType is null) return false;
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? contentType.AsSpan() : contentType.AsSpan(0, end)).Trim(" \t");
        return type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Tells whether an Accept value includes the type (RFC 9110 §12.5.1); a weight of zero excludes it.</summary>
    public static bool Accepts(string? accept, string type, string subtype)
    {
        if (accept is null) return false;
        foreach (var part in accept.AsSpan().Split(','))
        {
            var range = accept.AsSpan(part).Trim(" \t");
            var semicolon = range.IndexOf(';');
            var name = semicolon < 0 ? range : range[..semicolon].TrimEnd(" \t");
            if (Covers(name, type, subtype) && (semicolon < 0 || !IsZeroWeight(range[(semicolon + 1)..]))) return true;
        }

        return false;
    }

    private static bool Covers(ReadOnlySpan<char> range, string type, string subtype)
    {
        if (range is "*/*") return true;
        var slash = range.IndexOf('/');
        return slash > 0
            && range[..slash].Equals(type, StringComparison.OrdinalIgnoreCase)
            && (range[(slash + 1)..] is "*" || range[(slash + 1)..].Equals(subtype, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsZeroWeight(ReadOnlySpan<char> parameters)
    {
        var trimmed = parameters.Trim(" \t");
        if (!trimmed.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) return false;
        return trimmed[2..].Trim('0') is "" or ".";
    }
}
