using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Formats;
using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>
/// The gateway as a client of one issuer. Secret, key and certificate are read at each request, so that changed ones are used.
/// </summary>
/// <param name="issuer">The issuer.</param>
/// <param name="client">The client.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="time">The clock.</param>
internal sealed class IssuerClient(
    IssuerSettings issuer, IssuerClientSettings client, Func<SecretReference, SecretText> secrets, TimeProvider time) : IClientAuthenticator
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ClientSecret? secret = client.Secret is { } named ? new ClientSecret(client.Id, () => secrets(named)) : null;

    /// <inheritdoc />
    public SecretText? Authenticate(StringBuilder form, JsonElement? metadata)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (secret is not null) return secret.Authenticate(form, metadata);
        using var key = client.Certificate is { } certificate
            ? AssertionKey.OfCertificate(secrets(certificate), certificate) : AssertionKey.OfKey(secrets(client.Key!), client.Key!, client.KeyId);
        form.Append("&client_id=").Append(FormText.Encode(client.Id)).Append("&client_assertion_type=").Append(FormText.Encode(AssertionType))
            .Append("&client_assertion=").Append(key.Sign(client.Id, Audience(metadata), MayBePss(metadata), Type, time));
        return null;
    }

    // A type of its own keeps an assertion from being taken for another JWT ("Updates to OAuth 2.0 JWT Client Authentication"; RFC 8725 §3.11). Entra
    // and AD FS document JWT.
    private string Type => issuer.Profile == IssuerProfileName.Strict ? "client-authentication+jwt" : "JWT";

    // Threat: an assertion that names the token endpoint as its audience is used at another issuer, which published that address as its own. The name
    // of the issuer is no other's (RFC 7523 §3; "Updates to OAuth 2.0 JWT Client Authentication"). Entra documents the endpoint.
    private string Audience(JsonElement? metadata) =>
        issuer.Profile != IssuerProfileName.Strict && metadata is { } root && MetadataMember.Text(root, "token_endpoint") is { } endpoint
            ? endpoint : issuer.Issuer;

    private static bool MayBePss(JsonElement? metadata) =>
        MetadataMember.Texts(metadata, "token_endpoint_auth_signing_alg_values_supported") is not { } algorithms || algorithms.Contains("PS256")
            || !algorithms.Contains("RS256");
}
