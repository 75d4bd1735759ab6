namespace Gatehouse.Identity.Tokens;

/// <summary>The cause of a refusal of a token: one value a cause. It is only for the audit record; the caller learns none of it.</summary>
public enum TokenRefusal
{
    /// <summary>The request carries no token (RFC 6750 §3.1).</summary>
    Missing,

    /// <summary>Not three base64url parts of strict JSON (RFC 7515 §3.1, §5.2; RFC 8725 §2.6, §3.7).</summary>
    Malformed,

    /// <summary>Longer than the validator looks at.</summary>
    TooLarge,

    /// <summary>A member name occurs twice in header or claims (RFC 7519 §4; two readers could disagree).</summary>
    DuplicateMember,

    /// <summary>The header asks for compression, encryption or a nested token (RFC 8725 §2.3, §2.4, §3.6).</summary>
    HeaderNotAllowed,

    /// <summary>The header carries <c>crit</c> or <c>b64</c>; no extension is understood (RFC 7515 §4.1.11; RFC 7797).</summary>
    CritUnsupported,

    /// <summary><c>none</c>, a symmetric algorithm, or one that the issuer's profile does not list (RFC 8725 §2.1, §3.1, §3.2).</summary>
    AlgorithmNotAllowed,

    /// <summary>Not an access token by its type: absent, another one, or an ID token (RFC 9068 §4; RFC 8725 §2.8, §3.11, §3.12).</summary>
    TypeMismatch,

    /// <summary><c>iss</c> is absent or names no trusted issuer, character by character (RFC 8725 §2.7, §3.8).</summary>
    IssuerMismatch,

    /// <summary>No key of the issuer has this <c>kid</c>, or without <c>kid</c> not exactly one key fits (RFC 8725 §2.9, §3.10).</summary>
    UnknownKey,

    /// <summary>The issuer's keys could not be had, or are older than the stale limit.</summary>
    KeysUnavailable,

    /// <summary>The key is not meant for this use: kty, crv, alg, use, key_ops, or strength (RFC 8725 §2.1, §3.1, §3.2, §3.5).</summary>
    KeyMismatch,

    /// <summary>The signature does not verify (RFC 7515 §5.2; RFC 8725 §3.3, §3.4).</summary>
    SignatureInvalid,

    /// <summary>A claim has another JSON type or range than its definition (RFC 7519 §4.1).</summary>
    ClaimMalformed,

    /// <summary>No <c>exp</c> (REQUIRED by RFC 9068 §2.2).</summary>
    ExpiryMissing,

    /// <summary><c>exp</c> and the clock skew are over (RFC 7519 §4.1.4).</summary>
    Expired,

    /// <summary><c>nbf</c> is ahead by more than the clock skew, or after <c>exp</c> (RFC 7519 §4.1.5).</summary>
    NotYetValid,

    /// <summary><c>iat</c> is ahead by more than the clock skew (RFC 7519 §4.1.6).</summary>
    IssuedInFuture,

    /// <summary>Valid for longer than the issuer's profile allows.</summary>
    LifetimeTooLong,

    /// <summary>No <c>aud</c>, or an empty one (RFC 8725 §3.9; MCP row A08).</summary>
    AudienceMissing,

    /// <summary><c>aud</c> names others only (RFC 8725 §2.7, §3.9; MCP row A07).</summary>
    AudienceMismatch,

    /// <summary>No usable subject claim (RFC 9068 §2.2; RFC 8725 §3.8).</summary>
    SubjectMissing,

    /// <summary>Bound to a key of the sender (<c>cnf</c>) but presented as a plain bearer token (RFC 9449 §7.2; RFC 8705 §3).</summary>
    SenderConstrained,

    /// <summary>Revoked here.</summary>
    Revoked,

    /// <summary>
    /// Issuer, tenant and key of a token of an issuer of many tenants are not one (Entra: <c>iss</c>, <c>tid</c>, the key's issuer).
    /// </summary>
    TenantMismatch,

    /// <summary>Not bound to a sender where the server takes no other tokens.</summary>
    NotSenderConstrained,

    /// <summary>The scheme is DPoP and there is no proof (RFC 9449 §7.1).</summary>
    ProofMissing,

    /// <summary>
    /// The proof is not a <c>dpop+jwt</c> with a public key, an asymmetric algorithm and the claims it must have (RFC 9449 §4.2, §4.3).
    /// </summary>
    ProofMalformed,

    /// <summary>The token is bound to another key than the proof's, or to none (RFC 9449 §6, §7.1).</summary>
    ProofKeyMismatch,

    /// <summary>The proof's signature does not verify (RFC 9449 §4.3).</summary>
    ProofSignatureInvalid,

    /// <summary>The proof is for another HTTP method (<c>htm</c>).</summary>
    ProofMethodMismatch,

    /// <summary>The proof is for another URL (<c>htu</c>).</summary>
    ProofUrlMismatch,

    /// <summary>The proof is for another access token (<c>ath</c>).</summary>
    ProofTokenMismatch,

    /// <summary>The proof was made too long ago, or in the future (<c>iat</c>; RFC 9449 §11.1).</summary>
    ProofTooOld,

    /// <summary>The proof carries no nonce of ours, or an old one (RFC 9449 §9).</summary>
    ProofNonceNeeded,

    /// <summary>The proof was used before (<c>jti</c>; RFC 9449 §11.1).</summary>
    ProofReplayed,

    /// <summary>More proofs are in use than can be remembered, so none can be distinguished from a replayed one.</summary>
    ProofMemoryFull,

    /// <summary>The token is bound to a certificate and the connection shows none that counts (RFC 8705 §3).</summary>
    CertificateMissing,

    /// <summary>The token is bound to another certificate than the connection's (RFC 8705 §3).</summary>
    CertificateMismatch,

    /// <summary>The certificate is under no authority, or has no pinned key, of the certificate issuers that the server takes.</summary>
    CertificateUntrusted,

    /// <summary>The certificate is not for client authentication (RFC 5280 §4.2.1.12).</summary>
    CertificatePurpose,

    /// <summary>The issuer says that the token is not active: unknown, over, or revoked there (RFC 7662 §2.2).</summary>
    NotActive,
}
