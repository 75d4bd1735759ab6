namespace Gatehouse.Identity.Validation;

/// <summary>The reason why an ID token is refused.</summary>
internal enum IdTokenRefusal
{
    /// <summary>It is too large, no signed JWT, not strict JSON, or a claim has another type than its definition.</summary>
    Malformed,

    /// <summary>Its type or its claims are those of another kind of token.</summary>
    TypeMismatch,

    /// <summary>It is signed with an algorithm that is not accepted, such as <c>none</c> or an HMAC.</summary>
    AlgorithmNotAllowed,

    /// <summary>The provider's keys cannot be fetched, or none of them is the key that the token names.</summary>
    KeyUnavailable,

    /// <summary>The signature does not verify, or the named key is for another algorithm.</summary>
    SignatureInvalid,

    /// <summary>Another issuer is named.</summary>
    IssuerMismatch,

    /// <summary>Issuer, tenant and key are not of one tenant (Entra).</summary>
    TenantMismatch,

    /// <summary>It is for another client.</summary>
    AudienceMismatch,

    /// <summary>Another client asked for it (<c>azp</c>), or it has several audiences and does not say which client asked.</summary>
    PartyMismatch,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>It begins in the future.</summary>
    NotYetValid,

    /// <summary>It belongs to another sign-in.</summary>
    NonceMismatch,

    /// <summary>It does not belong to the access token that came with it (<c>at_hash</c>).</summary>
    AccessTokenMismatch,

    /// <summary>It names no person, or one in more than 255 characters.</summary>
    SubjectMissing,
}
