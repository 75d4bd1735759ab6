using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Connections;

/// <summary>The links to the page of a connection, and the sign-in of the people who open them.</summary>
/// <param name="host">The configuration.</param>
/// <param name="seals">Seals links.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionLinks(IConnectionHost host, ConnectionSeals seals, TimeProvider time)
{
    /// <summary>The parameter that carries the link.</summary>
    public const string Parameter = "link";

    /// <summary>Returns the refusal of a call that needs a connection which the person does not have.</summary>
    public Refusal Needed(PolicySubject caller, ServerSettings server, ConnectedService service)
    {
        // A workload or an application is no person who could agree.
        if (caller.Subject == caller.ClientId || SignInOf(caller.Issuer, caller.Subject) is null)
            return new Refusal(Reasons.ConnectionImpossible, service.Name);
        var link = new ConnectionLink
        {
            Issuer = caller.Issuer,
            Subject = caller.Subject,
            Client = caller.ClientId,
            Server = server.Name,
            Until = time.GetUtcNow() + ConnectionLink.Life,
        };
        return new Refusal(Reasons.ConnectionNeeded, service.Name)
        {
            Visit = new RefusalVisit(host.Settings.Origin + PageOf(seals.Seal(link)),
                $"The server \"{server.Name}\" needs your connection to {service.Title}. Open the page, and agree to it there."),
        };
    }

    /// <summary>Returns the page of a link, as path and query.</summary>
    public static string PageOf(string sealedLink) => $"{Routes.Connect}?{Parameter}={sealedLink}";

    /// <summary>
    /// Returns the sign-in provider at which a person proves to be the caller: the one of the person's subject for the gateway's own tokens, and the
    /// one with the same issuer for others; null where people of this issuer cannot sign in.
    /// </summary>
    public SignInProviderSettings? SignInOf(string issuer, string subject)
    {
        var settings = host.Settings;
        var providers = settings.AuthorizationServer?.Providers ?? [];
        if (issuer != settings.Origin) return providers.FirstOrDefault(one => one.Issuer == issuer);
        var colon = subject.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : providers.FirstOrDefault(one => one.Name == subject[..colon]);
    }
}
