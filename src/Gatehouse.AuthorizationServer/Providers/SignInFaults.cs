using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// The faults of sign-ins at one provider. Every text is ours: it says what happened and what to do, and holds nothing that a provider or a browser
/// sent (MCP row B12).
/// </summary>
/// <param name="provider">The provider's name, as people read it. It comes from the configuration.</param>
/// <param name="isEntra">True when the provider is Entra, whose settings have names of their own.</param>
internal sealed class SignInFaults(string provider, bool isEntra)
{
    /// <summary>Code of a provider that cannot be reached, returns too much, or says that it is overloaded.</summary>
    public const string UnavailableCode = "provider-unavailable";

    /// <summary>Code of metadata that were not found or not read.</summary>
    public const string MetadataCode = "provider-metadata";

    /// <summary>Code of metadata that name another issuer.</summary>
    public const string MetadataIssuerCode = "provider-metadata-issuer";

    /// <summary>Code of a person who cancelled at the provider, or was not let in.</summary>
    public const string DeniedCode = "access-denied";

    /// <summary>Code of a sign-in that is weaker than was demanded.</summary>
    public const string TooWeakCode = "authentication-too-weak";

    /// <summary>Code of a sign-in that is older than was demanded.</summary>
    public const string TooOldCode = "authentication-too-old";

    /// <summary>Code of a sign-in of which the provider does not say when it was, although that was demanded.</summary>
    public const string TimeMissingCode = "authentication-time-missing";

    private const string Again = "Sign in again from the program that you want to connect.";
    private const string Administrator = "Ask the administrator of the gateway";

    /// <summary>The key of the configuration that has the gateway's secret.</summary>
    public string SecretKey { get; init; } = "clientSecret";

    /// <summary>The fault of a provider that is not configured any more.</summary>
    public static SignInFault Gone { get; } = new("provider-gone",
        "The identity provider is not configured any more. Sign in again from the program that you want to connect.");

    public SignInFault Unavailable() => new(UnavailableCode,
        $"The gateway got no usable answer from {provider}. Try again in a minute. If this happens again, ask the administrator of the gateway whether it "
        + "reaches the provider.");

    public SignInFault Metadata() => new(MetadataCode,
        $"The metadata of {provider} were not found or could not be read. {Administrator} to compare 'issuer' and 'metadata' with the provider.");

    public SignInFault MetadataIssuer() => new(MetadataIssuerCode,
        $"The metadata of {provider} name another issuer than the gateway's configuration. {Administrator} to compare 'issuer' with the provider.");

    public SignInFault MetadataPkce() => new("provider-metadata-pkce",
        $"The metadata of {provider} do not list PKCE with S256, so a stolen code could be used by others. {Administrator} to let the provider list "
        + "S256 in code_challenge_methods_supported.");

    public SignInFault MetadataEndpoint() => new("provider-metadata-endpoint",
        $"The metadata of {provider} lack an https address that the gateway needs. {Administrator} to check authorization_endpoint, token_endpoint and "
        + "jwks_uri.");

    public SignInFault Secret() => new("provider-secret",
        $"The gateway cannot read its own secret for {provider}. {Administrator} to check '{SecretKey}'.");

    public SignInFault ClientAuthentication() => new("provider-client-authentication",
        $"{provider} takes a client's secret neither in the header nor in the form. {Administrator} to allow client_secret_basic for the gateway.");

    public SignInFault Changed() => new("sign-in-outdated", $"The gateway's configuration of {provider} changed during the sign-in. {Again}");

    public SignInFault IssuerMismatch() => new("issuer-mismatch",
        $"The answer did not come from {provider}, where the sign-in began. Nothing was granted. {Again} If this happens again, tell the "
        + "administrator of the gateway: an attacker may be redirecting sign-ins.", IsAttack: true);

    public SignInFault IssuerMissing() => new("issuer-missing",
        $"The answer does not say that it came from {provider}, which always says so. Nothing was granted. {Again} If this happens again, tell the "
        + "administrator of the gateway: an attacker may be redirecting sign-ins.", IsAttack: true);

    public SignInFault CodeMissing() => new("code-missing", $"{provider} returned neither a code nor an error. {Again}");

    public SignInFault TokenAnswer() => new("token-answer",
        $"{provider} accepted the sign-in, but its token endpoint returned no answer that the gateway can use. {Administrator} to check that the "
        + "gateway is registered there for the authorization code flow with the scope openid.");

    public SignInFault TokenRedirect() => new("token-redirect",
        $"The token endpoint of {provider} redirects. The gateway does not follow it, because its secret would go to another address. "
        + $"{Administrator} to check token_endpoint in the provider's metadata.");

    public SignInFault AuthenticationTooWeak() => new(TooWeakCode,
        $"{provider} did not authenticate you as strongly as the program demands. Sign in again with a second factor, or ask the administrator of the "
        + "provider.");

    public SignInFault AuthenticationTooOld() => new(TooOldCode,
        $"The program demands a recent authentication, and {provider} used an earlier one. {Again} Enter your password or second factor when "
        + "you are asked.");

    public SignInFault AuthenticationTimeMissing() => new(TimeMissingCode, isEntra
        ? $"The program demands a recent authentication, and the ID token of {provider} does not say when you authenticated. {Administrator} to add the "
            + "optional claim auth_time to the ID token."
        : $"The program demands a recent authentication, and the ID token of {provider} does not say when you authenticated. {Administrator} to let the "
            + "provider send auth_time.");

    /// <summary>Returns the fault of an ID token.</summary>
    public SignInFault IdToken(IdTokenRefusal refusal) => refusal switch
    {
        IdTokenRefusal.AlgorithmNotAllowed => new("id-token-algorithm",
            $"{provider} signed the ID token in a way that the gateway does not accept. {Administrator} to let the provider sign with ES256, PS256 or "
            + "RS256."),
        IdTokenRefusal.KeyUnavailable => new("id-token-key",
            $"The key that signed the ID token of {provider} was not found. Try again in a minute. If this happens again, ask the administrator of the "
            + "gateway to check jwks_uri of the provider."),
        IdTokenRefusal.SignatureInvalid => Forged("id-token-signature", "has a bad signature"),
        IdTokenRefusal.IssuerMismatch => Forged("id-token-issuer", "names another issuer"),
        IdTokenRefusal.TenantMismatch => Forged("id-token-tenant", "is of another tenant"),
        IdTokenRefusal.AudienceMismatch => Forged("id-token-audience", "is for another client"),
        IdTokenRefusal.PartyMismatch => Forged("id-token-party", "was requested by another client"),
        IdTokenRefusal.NonceMismatch => Forged("id-token-nonce", "belongs to another sign-in"),
        IdTokenRefusal.AccessTokenMismatch => Forged("id-token-access-token", "does not belong to the access token that came with it"),
        IdTokenRefusal.Expired => new("id-token-expired",
            $"The ID token of {provider} has expired. {Again} If this happens again, ask the administrator of the gateway to compare the clocks."),
        IdTokenRefusal.NotYetValid => new("id-token-early",
            $"The ID token of {provider} begins in the future. {Administrator} to synchronize the clocks of the gateway and the provider by NTP."),
        IdTokenRefusal.SubjectMissing => new("id-token-subject", isEntra
            ? $"The ID token of {provider} does not contain 'oid'. {Administrator} to add the scope profile to 'scopes'."
            : $"The ID token of {provider} names no person that the gateway can record. {Administrator} to check the claim sub at the provider."),
        IdTokenRefusal.TypeMismatch => new("id-token-type",
            $"{provider} returned another kind of token as ID token. {Administrator} to check the gateway's registration at the provider."),
        _ => new("id-token-form", $"The ID token of {provider} is not formed as OpenID Connect defines. {Administrator} to check the gateway's registration "
            + "at the provider."),
    };

    /// <summary>Returns the fault of an access token that should be for the gateway.</summary>
    public SignInFault AccessToken(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.SignatureInvalid => Forged("access-token-signature", "has a bad signature", "access token"),
        TokenRefusal.TenantMismatch => Forged("access-token-tenant", "is of another tenant", "access token"),
        TokenRefusal.KeysUnavailable or TokenRefusal.UnknownKey => new("access-token-key",
            $"The key that signed the access token of {provider} was not found. Try again in a minute. If this happens again, ask the administrator of "
            + "the gateway to check jwks_uri of the provider."),
        TokenRefusal.IssuerMismatch when isEntra => new("access-token-version",
            $"The access token of {provider} is not of version 2.0. {Administrator} to set requestedAccessTokenVersion to 2 in the manifest of the "
            + "application, and to request a scope of that application."),
        TokenRefusal.AudienceMismatch or TokenRefusal.AudienceMissing => new("access-token-audience",
            $"The access token of {provider} is for another audience than 'audience'. {Administrator} to request a scope of the gateway's application "
            + "in 'scopes', and to compare 'audience' with the provider."),
        TokenRefusal.Expired or TokenRefusal.NotYetValid or TokenRefusal.IssuedInFuture => new("access-token-time",
            $"The access token of {provider} is not valid at this moment. {Administrator} to synchronize the clocks of the gateway and the provider by "
            + "NTP."),
        _ => new("access-token-form",
            $"The access token of {provider} is not one that the gateway can read for 'audience'. {Administrator} to request a scope of the gateway's "
            + "application in 'scopes', or to remove 'audience'."),
    };

    public SignInFault AccessTokenParty() => Forged("access-token-party", "was requested by another client", "access token");

    public SignInFault AccessTokenSubject() => Forged("access-token-subject", "is of another person than the ID token", "access token");

    private SignInFault Forged(string code, string what, string kind = "ID token") => new(code,
        $"The {kind} of {provider} {what}. Nothing was granted. {Again} If this happens again, tell the administrator of the gateway: an honest "
        + "provider does not return such a token.", IsAttack: true);
}
