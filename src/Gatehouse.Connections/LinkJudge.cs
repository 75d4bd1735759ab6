using Gatehouse.AuthorizationServer.SignIn;

namespace Gatehouse.Connections;

/// <summary>
/// The comparison of the person who opened a link with the person who made the call. Threat: a person opens the link of another, agrees with an own
/// account, and the calls of the other act on that account; or the reverse (MCP elicitation, URL mode, phishing; CWE-352, OB-05).
/// </summary>
internal class LinkJudge
{
    private readonly IConnectionHost host;
    private readonly ConnectionLinks links;

    /// <summary>Creates it.</summary>
    /// <param name="host">The configuration.</param>
    /// <param name="links">The sign-in of people.</param>
    public LinkJudge(IConnectionHost host, ConnectionLinks links) => (this.host, this.links) = (host, links);

    /// <summary>Creates one of the same parts, for a double of the range.</summary>
    protected LinkJudge(LinkJudge real)
    {
        ArgumentNullException.ThrowIfNull(real);
        (host, links) = (real.host, real.links);
    }

    /// <summary>Returns whether a session is of the person of a link: the same issuer and subject, character by character.</summary>
    public virtual bool IsSame(PersonSession session, ConnectionLink link)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(link);
        if (links.SignInOf(link.Issuer, link.Subject) is not { } provider) return false;
        if (session.Provider != provider.Name || session.Issuer != provider.Issuer) return false;
        return session.Subject == (link.Issuer == host.Settings.Origin ? link.Subject : $"{provider.Name}:{link.Subject}");
    }
}
