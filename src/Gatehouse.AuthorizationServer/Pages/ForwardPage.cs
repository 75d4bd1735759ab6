using System.Buffers;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>
/// The page that sends a browser on after a form: to the provider, or back to the client. Chromium applies <c>form-action</c> to every redirect that
/// follows a form, also to those of other sites: a provider that federates, or a client that leaves its redirect URI, would end there. What this page
/// begins is a navigation of its own, so <c>form-action 'self'</c> is enough. It needs no script.
/// </summary>
internal static class ForwardPage
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly string[] Never = ["javascript", "vbscript", "data", "blob", "file", "about"];

    /// <summary>Renders the page. It holds what the address holds, such as a code: it is served with <see cref="PageHeaders"/>, never stored.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="target">The address.</param>
    /// <exception cref="ArgumentException">The address is none that a browser may be sent to (MCP row G01).</exception>
    public static string Render(PageFrame frame, Uri target) => Render(frame, target.IsAbsoluteUri ? target.AbsoluteUri : target.OriginalString);

    /// <summary>
    /// Renders the page for an address as it was registered. <see cref="Uri"/> would write another one: it knows the host <c>loopback</c>, and changes
    /// case, port and dot segments.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentException">The address is none that a browser may be sent to (MCP row G01).</exception>
    public static string Render(PageFrame frame, string address)
    {
        var (words, link) = (frame.Words, Link(address));
        return frame.Render(words[PageText.ForwardTitle], HtmlPart.Of(
            $"""
            <h1>{words[PageText.ForwardTitle]}</h1>
            <p class="lead">{words.Of(PageText.ForwardTo, ("host", HostOf(address)))}</p>
            <p><a class="primary" href="{link}">{words[PageText.Continue]}</a></p>

            """), HtmlPart.Of($"\n<meta http-equiv=\"refresh\" content=\"0; url={link}\">"));
    }

    /// <summary>
    /// Renders a page that goes nowhere by itself: the error of a client that anyone can publish. Otherwise whoever publishes one would make the
    /// gateway's name lead to any place (RFC 9700 §4.11.2).
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="address">The address that takes the error to the client.</param>
    /// <exception cref="ArgumentException">The address is none that a browser may be sent to (MCP row G01).</exception>
    public static string RenderHeld(PageFrame frame, string address)
    {
        var (words, link) = (frame.Words, Link(address));
        return frame.Render(words[PageText.FaultTitle], HtmlPart.Of(
            $"""
            <h1>{words[PageText.BadRequest]}</h1>
            <p class="lead">{words[PageText.FaultNothingGiven]}</p>
            <p>{words.Of(PageText.ForwardHeld, ("host", HostOf(address)))}</p>
            <p><a class="plain" href="{link}" rel="noreferrer">{words[PageText.Continue]}</a></p>

            """));
    }

    /// <summary>Returns the host of an address, as every page shows it.</summary>
    internal static HtmlPart HostOf(string address) => Shown.Host(new RedirectTarget(address).Host);

    /// <summary>Returns an address as the target of a link.</summary>
    /// <exception cref="ArgumentException">The address is none that a browser may be sent to (MCP row G01).</exception>
    internal static FormValue Link(string address)
    {
        var scheme = address.AsSpan(0, Math.Max(0, address.IndexOf(':', StringComparison.Ordinal)));
        if (scheme.IsEmpty || !char.IsAsciiLetter(scheme[0]) || scheme.ContainsAnyExcept(SchemeCharacters)
            || Never.Contains(scheme.ToString(), StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException("A browser is not sent to such an address.", nameof(address));
        return new FormValue(address);
    }
}
