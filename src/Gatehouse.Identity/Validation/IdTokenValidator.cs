using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// The validator of ID tokens that the gateway gets as a client of a provider (OpenID Connect Core §3.1.3.7). An ID token shows who signed in; it is
/// never accepted as an access token. Immutable, and safe for concurrent use.
/// </summary>
/// <remarks>
/// The signature is checked although the token comes from the token endpoint: nothing that the gateway says about a person depends on the connection
/// only (RFC 8725 §3.1).
/// </remarks>
/// <param name="profile">The provider's profile, without faults.</param>
/// <param name="keys">The provider's keys.</param>
/// <param name="time">The clock.</param>
internal sealed class IdTokenValidator(IssuerProfile profile, IIssuerKeys keys, TimeProvider time)
{
    // OpenID Connect Core §2: a subject has at most 255 characters.
    private const int LongestSubject = 255;

    /// <summary>Judges an ID token.</summary>
    /// <param name="idToken">The token, as it came.</param>
    /// <param name="expected">The facts of the sign-in.</param>
    /// <param name="cancellationToken">Ends the wait for keys.</param>
    public async ValueTask<IdTokenResult> ValidateAsync(string idToken, IdTokenExpectation expected, CancellationToken cancellationToken)
    {
        if (Read(idToken, out var ascii, out var jws, out var payload, out var algorithm) is { } refusal)
            return IdTokenResult.Refused(refusal);
        var signature = await SignatureVerdict.OfAsync(ascii, jws!, algorithm!, keys, default, cancellationToken).ConfigureAwait(false);
        if (signature.Refusal is { } bad)
            return IdTokenResult.Refused(Refusal(bad));
        try
        {
            var claims = new ClaimSet(payload);
            return FindRefusal(claims, expected, algorithm!, signature.KeyIssuer) is { } found ? IdTokenResult.Refused(found) : Read(claims);
        }
        catch (ClaimFormatException)
        {
            return IdTokenResult.Refused(IdTokenRefusal.Malformed);
        }
    }

    private IdTokenRefusal? Read(string idToken, out byte[] ascii, out CompactJws? jws, out JsonElement payload, out SignatureAlgorithm? algorithm)
    {
        (ascii, jws, payload, algorithm) = ([], null, default, null);
        if (idToken.Length is 0 or > BearerCredential.MaxTokenLength || !Ascii.IsValid(idToken))
            return IdTokenRefusal.Malformed;
        ascii = Encoding.ASCII.GetBytes(idToken);
        if (CompactJws.TryRead(ascii, out jws) is not null || StrictJson.Parse(jws!.Payload, out payload) != StrictJsonFault.None)
            return IdTokenRefusal.Malformed;

        // Threat: another kind of token that the provider signs with the same keys, such as an access token or a logout token (RFC 8725 §3.11).
        if (jws.Header.Type is { } type && !string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase))
            return IdTokenRefusal.TypeMismatch;

        // Threat: the token chooses how it is checked (alg none, HMAC with the public key; RFC 8725 §2.1). Only the profile's list counts.
        var name = jws.Header.Algorithm;
        algorithm = profile.Algorithms.Contains(name, StringComparer.Ordinal) ? SignatureAlgorithm.Find(name) : null;
        return algorithm is null ? IdTokenRefusal.AlgorithmNotAllowed : null;
    }

    private IdTokenRefusal? FindRefusal(ClaimSet claims, IdTokenExpectation expected, SignatureAlgorithm algorithm, string? keyIssuer)
    {
        if (claims.Text("iss") != profile.Issuer)
            return IdTokenRefusal.IssuerMismatch;
        if (profile.Shape.FindIdTokenRefusal(claims, keyIssuer) is { } shape)
            return Refusal(shape);
        if (claims.Has("events"))
            return IdTokenRefusal.TypeMismatch; // a logout token (OpenID Connect Back-Channel Logout §2.4)
        return FindPartyRefusal(claims, expected.ClientId) ?? FindTimeRefusal(claims) ?? FindBindingRefusal(claims, expected, algorithm);
    }

    private static IdTokenRefusal? FindPartyRefusal(ClaimSet claims, string clientId)
    {
        var audiences = claims.Texts("aud");
        if (!audiences.Contains(clientId, StringComparer.Ordinal))
            return IdTokenRefusal.AudienceMismatch;

        // Threat: a token that another client got is shown to the gateway. With several audiences only azp says which client asked for it.
        var party = claims.Text("azp");
        return (party ?? (audiences.Length == 1 ? clientId : null)) == clientId ? null : IdTokenRefusal.PartyMismatch;
    }

    private IdTokenRefusal? FindTimeRefusal(ClaimSet claims)
    {
        if (claims.Date("exp") is not { } expiresAt || claims.Date("iat") is not { } issuedAt)
            return IdTokenRefusal.Malformed;
        var now = time.GetUtcNow();
        if (issuedAt > now + profile.ClockSkew)
            return IdTokenRefusal.NotYetValid;
        return ClaimRules.FindTimeRefusal(expiresAt, claims.Date("nbf"), profile.ClockSkew, now) switch
        {
            null => null,
            TokenRefusal.Expired => IdTokenRefusal.Expired,
            _ => IdTokenRefusal.NotYetValid,
        };
    }

    private static IdTokenRefusal? FindBindingRefusal(ClaimSet claims, IdTokenExpectation expected, SignatureAlgorithm algorithm)
    {
        // Threat: the code of another sign-in (code injection, RFC 9700 §4.5). The nonce ties the token to this one.
        if (!AreSame(claims.Text("nonce"), expected.Nonce))
            return IdTokenRefusal.NonceMismatch;
        var hash = claims.Text("at_hash");
        return hash is null || AreSame(hash, HalfHash(expected.AccessToken, algorithm)) ? null : IdTokenRefusal.AccessTokenMismatch;
    }

    /// <summary>The left half of the hash of an access token (OpenID Connect Core §3.1.3.6).</summary>
    private static string HalfHash(string accessToken, SignatureAlgorithm algorithm)
    {
        var digest = CryptographicOperations.HashData(algorithm.Hash, Encoding.ASCII.GetBytes(accessToken));
        return Base64Url.EncodeToString(digest.AsSpan(0, digest.Length / 2));
    }

    private static bool AreSame(string? one, string other) =>
        one is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private IdTokenResult Read(ClaimSet claims)
    {
        var person = profile.Shape.Read(claims, profile);
        if (string.IsNullOrWhiteSpace(person.Subject) || person.Subject.Length > LongestSubject || person.Subject.Any(char.IsControl))
            return IdTokenResult.Refused(IdTokenRefusal.SubjectMissing);
        return IdTokenResult.Verified(new VerifiedIdToken
        {
            Subject = person.Subject,
            Roles = person.Roles,
            Groups = person.Groups,
            GroupsIncomplete = claims.HasMoreGroups(),
            AuthenticationContext = claims.Text("acr"),
            // The contexts of Entra are read where a sign-in demands one.
            AuthenticationMethods = profile.Kind == IssuerKind.AdFs ? profile.Shape.Methods(claims) : claims.Texts("amr"),
            AuthenticatedAt = AuthenticatedAt(claims),
            Claims = claims.Root,
        });
    }

    // AD FS writes the time as a text of ISO 8601; a number is what the standard has.
    private DateTimeOffset? AuthenticatedAt(ClaimSet claims)
    {
        var isText = profile.Kind == IssuerKind.AdFs && claims.Root.TryGetProperty("auth_time", out var value) && value.ValueKind == JsonValueKind.String;
        if (!isText)
            return claims.Date("auth_time");
        return DateTimeOffset.TryParse(claims.Text("auth_time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }

    private static IdTokenRefusal Refusal(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.KeysUnavailable or TokenRefusal.UnknownKey => IdTokenRefusal.KeyUnavailable,
        TokenRefusal.TenantMismatch => IdTokenRefusal.TenantMismatch,
        TokenRefusal.TypeMismatch => IdTokenRefusal.TypeMismatch,
        _ => IdTokenRefusal.SignatureInvalid,
    };
}
