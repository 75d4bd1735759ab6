using Gatehouse.AuthorizationServer.Clients;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The place to which an answer goes (MCP rows C03 and C16).</summary>
/// <param name="Uri">The redirect URI, exactly as the request has it.</param>
internal readonly record struct RedirectTarget(string Uri)
{
    private Uri? Parsed => System.Uri.TryCreate(Uri, UriKind.Absolute, out var parsed) ? parsed : null;

    /// <summary>True when the answer stays on the computer of the person.</summary>
    public bool IsLoopback => Parsed is { IsLoopback: true } parsed && IsWeb(parsed) && !IsMistaken(parsed);

    /// <summary>The host as it is resolved, or the scheme where the URI has no host.</summary>
    public string Host => Parsed is not { } parsed ? Uri : !IsWeb(parsed) ? parsed.Scheme + ":" : IsMistaken(parsed) ? Written : parsed.IdnHost;

    /// <summary>The place in words, with the whole address beneath.</summary>
    public HtmlPart Describe(Wording words)
    {
        var place = IsLoopback ? words[PageText.AnswerToThisComputer]
            : Parsed is { } parsed && !IsWeb(parsed) ? words.Of(PageText.AnswerToProgram, ("scheme", Shown.Strong(parsed.Scheme + ":")))
            : words.Of(PageText.AnswerToHost, ("host", Shown.Host(Host)));
        return HtmlPart.Of($"<p>{place}</p>\n<p>{Shown.Address(Uri)}</p>\n");
    }

    private string Written => HostName.WithoutPort(Shown.HostText(Uri)).ToLowerInvariant();

    // Uri takes the name "loopback" for this computer and reads "localhost"; a browser asks the network for it.
    private bool IsMistaken(Uri parsed) => parsed is { IsLoopback: true, HostNameType: UriHostNameType.Dns } && Written != "localhost";

    private static bool IsWeb(Uri uri) => uri.Scheme == System.Uri.UriSchemeHttp || uri.Scheme == System.Uri.UriSchemeHttps;
}
