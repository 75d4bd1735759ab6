namespace Gatehouse.Storage.Abstractions;

/// <summary>The kinds of value that an authorization server issues and later gets back. Each has its own name space of digests.</summary>
public enum CredentialKind
{
    /// <summary>The <c>state</c> that goes to an identity provider and comes back with the person's browser. Single use.</summary>
    SignInState,

    /// <summary>The value of the form that a person confirms after sign-in. Single use.</summary>
    Confirmation,

    /// <summary>An authorization code (RFC 6749 §4.1.2). Single use.</summary>
    AuthorizationCode,

    /// <summary>A refresh token. It is replaced at each use.</summary>
    RefreshToken,

    /// <summary>An opaque access token. It is used until its time is over.</summary>
    AccessToken,

    /// <summary>The identifier of a proof or assertion that must not come twice (<c>jti</c>). Single use.</summary>
    ProofIdentifier,
}
