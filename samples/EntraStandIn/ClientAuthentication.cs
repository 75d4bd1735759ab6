using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace EntraStandIn;

/// <summary>Tells which client asks at the token endpoint, and whether it proved that.</summary>
public sealed class ClientAuthentication(Tenant tenant, Tokens tokens, string origin, TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly DateTimeOffset started = time.GetUtcNow();
    private readonly Bounded<object> assertions = new();

    /// <summary>The client and whether it presented a credential that holds.</summary>
    /// <exception cref="EntraException">The client is unknown, or its credential does not hold.</exception>
    public (Registration Client, bool IsProved) Check(IReadOnlyDictionary<string, string> form, string? authorization)
    {
        var (id, secret) = Basic(authorization) ?? (form.GetValueOrDefault("client_id"), form.GetValueOrDefault("client_secret"));
        if (id is null) throw EntraException.Missing("client_id");
        if (form.TryGetValue("client_id", out var named) && named != id) throw Invalid(90023, "Two client ids were presented.");
        if (!tenant.Registrations.TryGetValue(id, out var client))
            throw new EntraException("unauthorized_client", 700016, $"Application with identifier '{id}' was not found in the directory '{Tenant.Domain}'.");
        var assertion = form.GetValueOrDefault("client_assertion");
        if (secret is not null && assertion is not null) throw Invalid(90023, "Two credentials were presented.");
        if (secret is null && assertion is null) return (client, false);
        if (!client.HasCredential)
            throw Invalid(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");
        if (secret is not null) CheckSecret(client, secret);
        else CheckAssertion(client, assertion!, form.GetValueOrDefault("client_assertion_type"));
        return (client, true);
    }

    private void CheckSecret(Registration client, string secret)
    {
        if (client.Secret is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(client.Secret)))
            throw Invalid(7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
                + $"client secret ID, for a secret added to app '{client.AppId}'.");
        if (client.SecretEnd(started) <= time.GetUtcNow())
            throw Invalid(7000222, $"The provided client secret keys for app '{client.AppId}' are expired.");
    }

    private void CheckAssertion(Registration client, string text, string? type)
    {
        if (type != AssertionType) throw EntraException.Missing("client_assertion_type");
        var assertion = Jwt.Read(text) ?? throw Invalid(50027, "JWT token is invalid or malformed.");
        if (assertion.Claim("iss") == client.AppId) CheckCertificate(client, assertion);
        else CheckFederated(client, assertion);
    }

    private void CheckCertificate(Registration client, Jwt assertion)
    {
        if (client.Certificate is not { } certificate || !NamesKey(assertion, certificate))
            throw Invalid(700027, "The certificate with identifier used to sign the client assertion is not registered on application.");
        using var key = certificate.GetRSAPublicKey()!;
        if (!assertion.IsSignedBy(key)) throw Invalid(700027, "Client assertion contains an invalid signature.");
        if (assertion.Claim("sub") != client.AppId) throw Invalid(700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
        if (assertion.Claim("aud") != $"{origin}/{Tenant.Id}/oauth2/v2.0/token" && assertion.Claim("aud") != tokens.Issuer)
            throw Invalid(700023, "Client assertion audience claim does not match Realm issuer.");
        if (!assertion.IsTimely(time.GetUtcNow(), TimeSpan.FromMinutes(10))) throw Invalid(700024, "Client assertion is not within its valid time range.");
        // Entra does not say that it refuses a second use; a sample whose assertions repeat is wrong in any case (RFC 7523, section 3).
        var id = assertion.Claim("jti") ?? throw Invalid(50027, "JWT token is invalid or malformed: no jti.");
        if (assertions.TryGet(id, out _)) throw Invalid(50027, "JWT token is invalid: the client assertion was used before.");
        assertions.Set(id, client);
    }

    private static bool NamesKey(Jwt assertion, X509Certificate2 certificate) =>
        assertion.HeaderOf("x5t#S256") is { } digest ? digest == Base64Url.EncodeToString(SHA256.HashData(certificate.RawData))
            : assertion.HeaderOf("x5t") == Base64Url.EncodeToString(certificate.GetCertHash());

    private void CheckFederated(Registration client, Jwt assertion)
    {
        var issuer = assertion.Claim("iss");
        var credentials = client.FederatedCredentials.Where(credential => origin + credential.Issuer == issuer).ToList();
        if (credentials.Count == 0)
            throw Invalid(700211, $"No matching federated identity record found for presented assertion issuer '{issuer}'.");
        if (!(issuer == tokens.Issuer ? tokens.IsOwn(assertion) : tokens.IsOfWorkload(assertion)))
            throw Invalid(50013, "Assertion failed signature validation, or it is not within its valid time range.");
        if (!HasAudience(assertion))
            throw Invalid(700212, $"No matching federated identity record found for presented assertion audience. Use '{FederatedCredential.Audience}'.");
        if (!credentials.Exists(credential => credential.Subject == assertion.Claim("sub")))
            throw Invalid(700213, $"No matching federated identity record found for presented assertion subject '{assertion.Claim("sub")}'.");
    }

    private static bool HasAudience(Jwt assertion) => assertion.Claims.TryGetProperty("aud", out var audience)
        && (audience.ValueKind == JsonValueKind.Array ? audience.GetArrayLength() == 1 && audience[0].ValueEquals(FederatedCredential.Audience)
        : audience.ValueKind == JsonValueKind.String && audience.ValueEquals(FederatedCredential.Audience));

    private static (string? Id, string? Secret)? Basic(string? authorization)
    {
        if (authorization is null) return null;
        var bytes = new byte[authorization.Length];
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(authorization["Basic ".Length..], bytes, out var length))
            throw Invalid(90023, "The header Authorization is invalid.");
        var halves = Encoding.UTF8.GetString(bytes, 0, length).Split(':');
        if (halves.Length != 2) throw Invalid(90023, "The header Authorization is invalid.");
        return (Uri.UnescapeDataString(halves[0]), Uri.UnescapeDataString(halves[1]));
    }

    private static EntraException Invalid(int number, string text) => new("invalid_client", number, text, 401);
}
