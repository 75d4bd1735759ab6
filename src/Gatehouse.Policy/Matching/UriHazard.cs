using System.Buffers;
using System.Globalization;
using System.Text;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Policy.Matching;

/// <summary>
/// URIs that servers read differently. Such a URI is undecidable: no permit by pattern covers it, every forbid of the same scheme does, by pattern or
/// in full. A permit that writes the URI in full still covers it.
/// </summary>
/// <remarks>
/// Threat: a resource that is forbidden under one spelling is read under another (CWE-22, CWE-177, CWE-436). RFC 3986 §5.2.4, §6.2.2, §6.2.3; WHATWG
/// URL. Spellings of honest clients (escapes of other characters, a query, a capital in a host) are no hazard: <see cref="UriReading"/> finds their
/// plain form.
/// </remarks>
internal static class UriHazard
{
    private static readonly SearchValues<char> Written =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%");
    private static readonly SearchValues<char> OfSchemes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+.-");

    public static bool IsIn(ReadOnlySpan<char> uri)
    {
        if (uri.Length > UriPattern.LongestUri || uri.IndexOf("..", StringComparison.Ordinal) >= 0) return true;
        if (uri.ContainsAnyExcept(Written) ? HasOddLetter(uri) : uri.Contains('%') && HasOddLetter(uri)) return true;
        var parts = UriParts.Of(uri);
        return HasOddScheme(parts.Scheme) || HasEmptyOrDotSegment(parts) || HasOddStart(parts)
            || (!parts.Authority.IsEmpty && UriAuthority.IsOdd(parts));
    }

    /// <summary>
    /// Returns the scheme of a URI, for <see cref="SharesScheme"/>; empty for one that could be any, because some readers drop what does not belong
    /// into a scheme.
    /// </summary>
    public static ReadOnlySpan<char> PlainScheme(ReadOnlySpan<char> uri)
    {
        var scheme = UriParts.Of(uri).Scheme;
        return HasStrangerThanCapitals(scheme) ? default : scheme;
    }

    /// <summary>Returns true when a pattern that begins so could be about URIs of the scheme.</summary>
    public static bool SharesScheme(string patternPrefix, ReadOnlySpan<char> plainScheme)
    {
        var end = patternPrefix.IndexOf(':', StringComparison.Ordinal);
        return end < 0 || plainScheme.IsEmpty || plainScheme.Equals(patternPrefix.AsSpan(0, end), StringComparison.OrdinalIgnoreCase);
    }

    private static bool HasOddScheme(ReadOnlySpan<char> scheme) => scheme.ContainsAnyExcept(OfSchemes);

    private static bool HasStrangerThanCapitals(ReadOnlySpan<char> scheme)
    {
        foreach (var letter in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '.' or '-')) return true;
        }

        return false;
    }

    // https:host, https:/host and https:///host are one to browsers; file:/srv is file:///srv.
    private static bool HasOddStart(in UriParts parts) =>
        parts.IsWeb ? parts.Authority.IsEmpty : parts.Scheme is "file" && !parts.HasAuthority;

    // An address inside a path (page:https://host) has two slashes after a colon.
    private static bool HasEmptyOrDotSegment(in UriParts parts)
    {
        var path = parts.Path;
        for (var i = 0; i < path.Length; i++)
        {
            var starts = i == 0 || path[i - 1] == '/';
            if (starts && path[i] == '.' && (i + 1 == path.Length || path[i + 1] == '/')) return true;
            if (starts && i > 0 && path[i] == '/' && (i > 1 ? path[i - 2] : parts.BeforePath) != ':') return true;
        }

        return false;
    }

    private static bool HasOddLetter(ReadOnlySpan<char> uri)
    {
        while (!uri.IsEmpty)
        {
            if (uri[0] == '%')
            {
                if (!UriReading.TryDecode(uri, out var decoded, out var used) || IsOdd(decoded, escaped: true)) return true;
                uri = uri[used..];
                continue;
            }

            if (Rune.DecodeFromUtf16(uri, out var rune, out var taken) != OperationStatus.Done || IsOdd(rune, escaped: false)) return true;
            uri = uri[taken..];
        }

        return false;
    }

    // No honest client escapes letters that need no escape, and few escape controls, slashes and %.
    private static bool IsOdd(Rune rune, bool escaped)
    {
        if (rune.IsAscii)
        {
            var letter = (char)rune.Value;
            return escaped
                ? letter is < ' ' or '\u007F' or '%' or '/' or '\\' or '-' or '.' or '_' or '~' || char.IsAsciiLetterOrDigit(letter)
                : !Written.Contains(letter);
        }

        return IsOddLetter(rune);
    }

    /// <summary>Returns whether a letter outside ASCII has several spellings, or looks like another one.</summary>
    public static bool IsOddLetter(Rune rune)
    {
        // Letters with their marks in one, and marks of scripts that always write them apart, have one spelling; other forms and what is not seen
        // have several.
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark && rune.Value > 0x36F) return false;
        return LetterFolding.Of(rune) is { } folded && (rune.Value >= 0x1F00 || folded.Length == 0 || !char.IsAsciiLetterOrDigit(folded[0]));
    }
}
