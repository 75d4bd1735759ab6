using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The authentication of clients (OAuth 2.1 §2.4): a public client names itself, a confidential one proves its secret in the header or the form,
/// never in both.
/// </summary>
/// <param name="parts">The clients and their secrets.</param>
/// <param name="live">The look-ups of credentials, which the endpoints have in common.</param>
internal sealed class ClientAuthentication(TokenParts parts, LiveCredentials live)
{
    private const string BasicScheme = "Basic ";

    /// <summary>Authenticates the client of a request.</summary>
    /// <returns>The client, or the reason for the refusal.</returns>
    public async ValueTask<(OAuthClient? Client, OAuthError? Fault)> AuthenticateAsync(OAuthRequest request, CancellationToken cancellation)
    {
        if (FindCredentials(request, out var credentials) is { } fault)
            return (null, fault);
        var lookup = await parts.Clients.FindAsync(credentials.ClientId, request.Peer.Partition, cancellation).ConfigureAwait(false);
        if (lookup.IsTemporary && await HasGrantAsync(request.Form, credentials.ClientId, cancellation).ConfigureAwait(false))
            lookup = await parts.Clients.FindGrantedAsync(credentials.ClientId, request.Peer.Partition, cancellation).ConfigureAwait(false);
        if (lookup.Client is not { } client)
            return (null, lookup.IsTemporary ? OAuthError.UnreadClient : OAuthError.InvalidClient("The client is not known."));
        return FindSecretFault(client, credentials.Secret) is { } refused ? (null, refused with { ClientId = client.Id }) : (client, null);
    }

    // A spent credential of a grant that has not ended counts too. Threat: a thief who used it keeps the fetches spent, so that no check sees the
    // client present it.
    private async ValueTask<bool> HasGrantAsync(OAuthParameters form, string clientId, CancellationToken cancellation) =>
        await live.FindAsync(form, cancellation).ConfigureAwait(false) is { } credential
        && await parts.Grants.FindGrantAsync(credential.GrantId, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false) is { } grant
        && grant.ClientId == clientId;

    private static OAuthError? FindCredentials(OAuthRequest request, out (string ClientId, string? Secret) credentials)
    {
        credentials = default;
        var form = request.Form;
        if (form["client_assertion"] is not null || form["client_assertion_type"] is not null)
            return OAuthError.InvalidClient("Client assertions are not supported. Use client_secret_basic, client_secret_post or none.");
        if (request.Authorization is not null)
            return FindBasic(request, out credentials);
        if (form["client_id"] is not { } clientId)
            return OAuthError.InvalidRequest("The parameter client_id is missing.");
        credentials = (clientId, form["client_secret"]);
        return null;
    }

    private static OAuthError? FindBasic(OAuthRequest request, out (string ClientId, string? Secret) credentials)
    {
        credentials = default;
        if (request.Form["client_secret"] is not null)
            return OAuthError.InvalidRequest("The client authenticates twice. Send its secret in the header or in the form, not in both.");
        if (!TryReadBasic(request.Authorization!, out var clientId, out var secret))
            return OAuthError.InvalidClient("The Authorization header is not HTTP Basic with a client id and a secret.");
        if (request.Form["client_id"] is { } named && named != clientId)
            return OAuthError.InvalidRequest("The client id of the form is another than that of the header.");
        credentials = (clientId, secret);
        return null;
    }

    // RFC 6749 §2.3.1: each half is form-encoded, then both are joined by a colon.
    private static bool TryReadBasic(string header, out string clientId, [NotNullWhen(true)] out string? secret)
    {
        clientId = "";
        secret = null;
        if (!header.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[BasicScheme.Length..].Trim(), bytes, out var length))
            return false;
        var pair = bytes.AsSpan(0, length);
        var colon = pair.IndexOf((byte)':');
        var isRead = colon > 0
            && OAuthParameters.TryDecode(pair[..colon], out clientId) && OAuthParameters.TryDecode(pair[(colon + 1)..], out secret);
        CryptographicOperations.ZeroMemory(bytes);
        return isRead;
    }

    private OAuthError? FindSecretFault(OAuthClient client, string? presented)
    {
        if (client.Secret is not { } reference)
            return presented is null ? null : OAuthError.InvalidClient("The client is public and has no secret. Send only its client_id.");
        if (presented is null)
            return OAuthError.InvalidClient("The client has a secret. Send it with client_secret_basic or client_secret_post.");
        var secret = parts.Secret(reference);
        if (secret is null || secret.Reveal().IsEmpty)
            return OAuthError.Unavailable;
        return AreSame(secret.Reveal(), presented) ? null : OAuthError.InvalidClient("The secret of the client is wrong.");
    }

    // Digests of one length are compared, so that time shows neither the secret nor its length.
    private static bool AreSame(ReadOnlySpan<char> expected, string presented)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(expected)];
        Encoding.UTF8.GetBytes(expected, bytes);
        var digest = SHA256.HashData(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return CryptographicOperations.FixedTimeEquals(digest, SHA256.HashData(Encoding.UTF8.GetBytes(presented)));
    }
}
