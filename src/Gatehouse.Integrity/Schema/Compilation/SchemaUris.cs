namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>Resolves references (RFC 3986 section 5), as far as schemas use them.</summary>
internal static class SchemaUris
{
    /// <summary>The base of relative references in a schema that does not name itself (RFC 6761: nothing is ever there).</summary>
    public const string Nameless = "https://schema.invalid/";

    /// <summary>Splits off the fragment, decoded.</summary>
    /// <returns>The part before it, and the fragment or the empty text.</returns>
    public static (string Before, string Fragment) Split(string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (reference, "") : (reference[..hash], System.Uri.UnescapeDataString(reference[(hash + 1)..]));
    }

    /// <summary>Makes a reference without fragment absolute.</summary>
    public static string Resolve(string baseUri, string reference)
    {
        if (reference.Length == 0)
            return baseUri;
        if (!System.Uri.TryCreate(baseUri, UriKind.Absolute, out var from))
            return reference;
        if (reference.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) || reference.StartsWith("tag:", StringComparison.OrdinalIgnoreCase))
            return reference;
        return System.Uri.TryCreate(from, reference, out var resolved) ? resolved.AbsoluteUri : reference;
    }
}
