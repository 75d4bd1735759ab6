using System.Collections.Frozen;

namespace Gatehouse.Audit;

/// <summary>
/// The closed list of reasons why an attempt was refused. Counts are kept for each of them, so the list bounds the counts: a stranger can choose
/// among these reasons, and cannot make another one.
/// </summary>
public static class AttemptReasons
{
    /// <summary>The reason of an attempt whose own reason is not in the list.</summary>
    public const string Other = "other";

    /// <summary>The peer is of another system account.</summary>
    public const string AnotherAccount = "another-account";

    /// <summary>The system did not name the account of the peer.</summary>
    public const string UnknownAccount = "unknown-account";

    /// <summary>No credential was presented.</summary>
    public const string NoToken = "no-token";

    /// <summary>The credential is wrong.</summary>
    public const string BadToken = "bad-token";

    // Tokens: the names of Gatehouse.Identity.Tokens.TokenRefusal, as in parts of kind authentication.
    private static readonly string[] Tokens =
    [
        "Missing", "Malformed", "TooLarge", "DuplicateMember", "HeaderNotAllowed", "CritUnsupported", "AlgorithmNotAllowed", "TypeMismatch",
        "IssuerMismatch", "UnknownKey", "KeysUnavailable", "KeyMismatch", "SignatureInvalid", "ClaimMalformed", "ExpiryMissing", "Expired",
        "NotYetValid", "IssuedInFuture", "LifetimeTooLong", "AudienceMissing", "AudienceMismatch", "SubjectMissing", "SenderConstrained", "Revoked",
        "TenantMismatch", "NotSenderConstrained", "ProofMissing", "ProofMalformed", "ProofKeyMismatch", "ProofSignatureInvalid",
        "ProofMethodMismatch", "ProofUrlMismatch", "ProofTokenMismatch", "ProofTooOld", "ProofNonceNeeded", "ProofReplayed", "ProofMemoryFull",
        "CertificateMissing", "CertificateMismatch", "CertificateUntrusted", "CertificatePurpose", "NotActive",
    ];

    // The token endpoint and its neighbours: error codes of RFC 6749 §5.2, RFC 7591 §3.2.2, RFC 8707 §2 and RFC 9449 §5 and §8.
    private static readonly string[] Clients =
    [
        "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "invalid_target", "invalid_dpop_proof", "use_dpop_nonce",
        "unsupported_grant_type", "invalid_client_metadata", "not-offered", "too-many", "unavailable",
    ];

    // Sign-in: codes of oauth.callback.refused and oauth.signin.fault, and kinds of alarms.
    private static readonly string[] SignIns =
    [
        "state", "browser", "state-reuse", "provider-unavailable", "provider-metadata", "provider-metadata-issuer", "provider-metadata-pkce",
        "provider-metadata-endpoint", "provider-secret", "provider-client-authentication", "provider-gone", "provider-client", "provider-error",
        "provider-redirect-uri", "provider-request", "provider-scope", "provider-secret-expired", "account-unusable", "code-refused",
        "conditional-access", "consent-required", "device-not-compliant", "guest-account", "interaction-required", "login-required",
        "risky-sign-in", "second-factor", "user-not-assigned", "access-denied",
        "authentication-too-weak", "authentication-too-old", "authentication-time-missing", "sign-in-outdated", "issuer-mismatch", "issuer-missing",
        "code-missing", "token-answer", "token-redirect", "id-token-algorithm", "id-token-key", "id-token-signature", "id-token-issuer",
        "id-token-tenant", "id-token-audience", "id-token-party", "id-token-nonce", "id-token-access-token", "id-token-expired", "id-token-early",
        "id-token-subject", "id-token-type", "id-token-form", "access-token-signature", "access-token-tenant", "access-token-key",
        "access-token-version", "access-token-audience", "access-token-time", "access-token-form", "access-token-party", "access-token-subject",
    ];

    // Accounts and administrators: the reason of control entries.
    private static readonly string[] Accounts =
    [
        AnotherAccount, UnknownAccount, NoToken, BadToken, "not-a-local-connection", "unknown-ticket", "not-confirmed", "no-terminal",
        "not-an-administrator", "insufficient_user_authentication",
    ];

    // Signed answers of webhooks with a good signature that prove no person.
    private static readonly string[] Answers = ["answer-members", "answer-time", "answer-person", "person-revoked"];

    private static readonly FrozenSet<string> Words =
        FrozenSet.ToFrozenSet([.. Tokens, .. Clients, .. SignIns, .. Accounts, .. Answers, Other], StringComparer.Ordinal);

    /// <summary>All reasons.</summary>
    public static IReadOnlyCollection<string> All => Words;

    /// <summary>Returns the reason of the list: the text itself, or <see cref="Other"/>.</summary>
    public static string Of(string reason) => Words.Contains(reason) ? reason : Other;
}
