using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Redirects;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A client id that is the https address of the client's metadata document (draft-ietf-oauth-client-id-metadata-document).</summary>
/// <param name="Address">The address, whose text is the client id itself.</param>
/// <param name="Host">The host, with a colon and the port where the address has one: it vouches for the client's name. Another port of a host can
/// be in other hands.</param>
internal sealed record ClientDocumentUrl(Uri Address, string Host)
{
    /// <summary>The longest client id of this kind, in characters.</summary>
    public const int LongestText = 1024;

    private const string Scheme = "https://";

    /// <summary>Returns whether a client id means a document: only then can it be a wrong address of one.</summary>
    public static bool IsMeant(string clientId) => clientId.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a client id: https, a host name with a dot, a path other than <c>/</c>, no dot segments, fragment, query, user name or password. Its
    /// text is the one that the address has in every reader, because the document repeats it and the two are compared by string.
    /// </summary>
    public static bool TryParse(string clientId, [NotNullWhen(true)] out ClientDocumentUrl? url)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        url = null;
        if (clientId.Length > LongestText || !clientId.StartsWith(Scheme, StringComparison.Ordinal)
            || !RedirectUri.HasOnlyUriCharacters(clientId) || clientId.AsSpan().IndexOfAny("#?*[]") >= 0)
            return false;
        var authority = clientId.AsSpan(Scheme.Length);
        var path = authority.IndexOf('/');
        if (path < 0 || path == authority.Length - 1 || authority[..path].Contains('@'))
            return false;

        // A dot segment, also a percent-encoded one, an upper-case host or a written 443 does not come back as it was written.
        if (!Uri.TryCreate(clientId, UriKind.Absolute, out var address) || !string.Equals(address.AbsoluteUri, clientId, StringComparison.Ordinal))
            return false;
        if (!RedirectUri.IsHostName(address.Host) || !address.Host.Contains('.', StringComparison.Ordinal))
            return false;
        url = new ClientDocumentUrl(address, address.Authority);
        return true;
    }
}
