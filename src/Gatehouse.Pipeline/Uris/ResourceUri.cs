namespace Gatehouse.Pipeline.Uris;

/// <summary>Resource URIs in the form for records: without query and fragment, which can contain content.</summary>
public static class ResourceUri
{
    /// <summary>Longest part of a URI that is recorded.</summary>
    public const int MaxRecorded = 512;

    /// <summary>
    /// Returns the URI up to the first <c>?</c> or <c>#</c>, and that character, which says that something was left out. The brace before it, which
    /// opens an expression of a template, is dropped.
    /// </summary>
    public static string? WithoutQuery(string? uri)
    {
        if (uri is null) return null;
        if (uri.Length > MaxRecorded) uri = uri[..(MaxRecorded + 1)]; // the rest would be cut below
        var end = uri.AsSpan().IndexOfAny('?', '#');
        // The expression of a template that makes a query or a fragment begins with its brace: notes://{id}{?page}.
        var kept = end > 0 && uri[end - 1] == '{' ? end - 1 : end;
        var text = end < 0 ? uri : string.Concat(uri.AsSpan(0, kept), uri.AsSpan(end, 1));
        return text.Length <= MaxRecorded ? text : text[..MaxRecorded];
    }

    /// <summary>Tells whether the URI is a resource of MCP Apps (ST-09).</summary>
    public static bool IsApp(string? uri) => uri is not null && uri.AsSpan().TrimStart().StartsWith("ui:", StringComparison.OrdinalIgnoreCase);
}
