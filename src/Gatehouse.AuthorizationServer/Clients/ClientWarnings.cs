using System.Collections.Immutable;
using Gatehouse.Identity.Redirects;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// What a person should know about a client before consenting (MCP row C16). Threat: a client that looks like one that the person trusts gets the
/// person's rights (CWE-1007, CWE-451).
/// </summary>
internal static class ClientWarnings
{
    /// <summary>Returns the warnings, the gravest first.</summary>
    /// <param name="client">The client that asks.</param>
    /// <param name="redirect">The redirect URI of the request.</param>
    /// <param name="last">The person's last consent to this client; null when there is none, or the person is not known yet.</param>
    /// <param name="known">The names and hosts that people know.</param>
    public static ImmutableArray<ClientWarning> Of(OAuthClient client, RedirectUri redirect, ConsentRow? last, KnownNames known)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(redirect);
        ArgumentNullException.ThrowIfNull(known);
        var changes = last is null ? Enumerable.Empty<ClientWarning>() : Changes(client, redirect, last);
        return client.Origin == ClientOrigin.Configured
            ? [.. changes, .. Places(client)]
            : [.. Imitations(client, redirect, known), .. changes, .. Places(client), .. Voucher(client)];
    }

    // An administrator checked a configured client: it imitates no other.
    private static IEnumerable<ClientWarning> Imitations(OAuthClient client, RedirectUri redirect, KnownNames known)
    {
        var hosts = HostsOf(client, redirect);
        if (NameAlike(client, known) is { } name)
            yield return new ClientWarning(ClientWarningKind.LookAlikeName, client.Name, name.Name);
        foreach (var host in hosts)
        {
            if (known.Hosts.FirstOrDefault(other => HostName.IsLookAlike(host, other)) is { } other)
                yield return new ClientWarning(ClientWarningKind.LookAlikeHost, host, other);
        }

        if (Resemblance.MixesScripts(client.Name))
            yield return new ClientWarning(ClientWarningKind.MixedScripts, client.Name);
        foreach (var host in hosts.Where(HostName.HasPunycode))
            yield return new ClientWarning(ClientWarningKind.Punycode, host, HostName.WithLetters(host));
    }

    // Also where the same host vouches for both: on a host that many use, one of them can publish a document with the name of another.
    private static KnownNames.Entry? NameAlike(OAuthClient client, KnownNames known)
    {
        var skeleton = Resemblance.Skeleton(client.Name);
        return known.Names.FirstOrDefault(entry => Resemblance.AreAlike(skeleton, entry.Skeleton) && entry.ClientId != client.Id);
    }

    private static ImmutableArray<string> HostsOf(OAuthClient client, RedirectUri redirect)
    {
        var ofRedirect = redirect.IsLoopback || redirect.IsPrivateUse ? null : redirect.Host.ToLowerInvariant();
        return [.. new[] { client.VouchingHost, ofRedirect }.OfType<string>().Select(HostName.WithoutPort).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<ClientWarning> Changes(OAuthClient client, RedirectUri redirect, ConsentRow last)
    {
        if (!string.Equals(client.Name, last.ClientName, StringComparison.Ordinal))
            yield return new ClientWarning(ClientWarningKind.NameChanged, client.Name, last.ClientName);
        var then = RedirectUri.TryParse(last.RedirectUri, out var before, out _) ? before.Place : last.RedirectUri;
        if (!string.Equals(redirect.Place, then, StringComparison.OrdinalIgnoreCase) && !(redirect.IsLoopback && before is { IsLoopback: true }))
            yield return new ClientWarning(ClientWarningKind.RedirectChanged, redirect.Place, then);
    }

    private static IEnumerable<ClientWarning> Places(OAuthClient client) =>
        client.IsLoopbackOnly ? [new ClientWarning(ClientWarningKind.LoopbackOnly)] : [];

    private static IEnumerable<ClientWarning> Voucher(OAuthClient client) =>
        client.Origin == ClientOrigin.Registered ? [new ClientWarning(ClientWarningKind.UnvouchedName, client.Name)] : [];
}
