using System.Globalization;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The forms in which texts of others are shown.</summary>
internal static class Shown
{
    // A name fills a few lines at most: it must not push what it is about off the page.
    private const int LongestName = 120;

    /// <summary>A name, isolated: letters that run from right to left do not move the words around it.</summary>
    public static HtmlPart Name(string name) => HtmlPart.Of($"<bdi>{Bounded(name)}</bdi>");

    /// <summary>A name of which the page is sure.</summary>
    public static HtmlPart Strong(string name) => HtmlPart.Of($"<strong><bdi>{Bounded(name)}</bdi></strong>");

    /// <summary>A name for which no host vouches. Its frame shows where it ends, so that a quotation mark in it cannot end it.</summary>
    public static HtmlPart Claimed(string name) => HtmlPart.Of($"<span class=\"claimed\"><bdi>{Bounded(name)}</bdi></span>");

    /// <summary>A host. It is never cut: the part that says whose it is comes last.</summary>
    public static HtmlPart Host(string host) => HtmlPart.Of($"<strong><bdi>{host}</bdi></strong>");

    /// <summary>An identifier, such as a scope.</summary>
    public static HtmlPart Code(string identifier) => HtmlPart.Of($"<code dir=\"ltr\">{identifier}</code>");

    /// <summary>An address with its host in bold. Where a URI has no host, the scheme is bold.</summary>
    /// <param name="uri">The URI; every character of it is shown.</param>
    public static HtmlPart Address(string uri)
    {
        var (start, end) = HostOf(uri);
        return HtmlPart.Of($"<code class=\"address\" dir=\"ltr\">{uri[..start]}<strong>{uri[start..end]}</strong>{uri[end..]}</code>");
    }

    /// <summary>A moment, in UTC and the same form in every language.</summary>
    public static HtmlPart Moment(DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        return HtmlPart.Of($"<time datetime=\"{Format(utc, "yyyy-MM-dd'T'HH:mm'Z'")}\">{Format(utc, "yyyy-MM-dd HH:mm")} UTC</time>");
    }

    /// <summary>The host of an address as it is written, with its port; the scheme where there is none.</summary>
    public static string HostText(string uri)
    {
        var (start, end) = HostOf(uri);
        return uri[start..end];
    }

    // What a browser takes for the host (WHATWG URL): after the last @ of the authority, which a backslash ends too.
    private static (int Start, int End) HostOf(string uri)
    {
        var scheme = uri.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return (0, Math.Max(0, uri.IndexOf(':', StringComparison.Ordinal)));
        var start = scheme + 3;
        var length = uri.AsSpan(start).IndexOfAny("/?#\\");
        var end = length < 0 ? uri.Length : start + length;
        var user = uri.AsSpan(start, end - start).LastIndexOf('@');
        start += user + 1;
        return start == end ? (0, scheme) : (start, end);
    }

    private static string Format(DateTime utc, string form) => utc.ToString(form, CultureInfo.InvariantCulture);

    // In characters of the text, never within a pair; what the escape adds does not count.
    private static string Bounded(string name)
    {
        if (name.Length <= LongestName) return name;
        var kept = char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName;
        return string.Create(CultureInfo.InvariantCulture, $"{name.AsSpan(0, kept)}… (+{name.Length - kept})");
    }
}
