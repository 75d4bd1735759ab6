namespace Gatehouse.Pipeline.Uris;

/// <summary>Resource URIs in the form for records: without query and fragment, which can contain content.</summary>
public static class ResourceUri
{
    /// <summary>Longest part of a URI that is recorded.</summary>
    public const int MaxRecorded = 512;

    /// <summary>Returns the URI up to the first <c>?</c> or <c>#</c>, and that character, which says that something was left out.</summary>
    public static string? WithoutQuery(string? uri)
    {
        if (uri is null) return null;
        var end = uri.AsSpan().IndexOfAny('?', '#');
        // The expression of a template that makes a query or a fragment begins with its brace: notes://{id}{?page}.
        var text = end < 0 ? uri : uri[..(end > 0 && uri[end - 1] == '{' ? end - 1 : end)] + uri[end];
        return text.Length <= MaxRecorded ? text : text[..MaxRecorded];
    }

    /// <summary>Tells whether the URI is a resource of MCP Apps (ST-09).</summary>
    public static bool IsApp(string? uri) => uri is not null && uri.AsSpan().TrimStart().StartsWith("ui:", StringComparison.OrdinalIgnoreCase);
}
