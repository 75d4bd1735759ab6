namespace Gatehouse.Peers.Events;

/// <summary>Types of events of Shared Signals: CAEP 1.0, RISC 1.0 and SSF 1.0.</summary>
public static class SecurityEvents
{
    /// <summary>The sessions of a person have ended.</summary>
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    /// <summary>A claim of a person's tokens has changed.</summary>
    public const string TokenClaimsChange = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

    /// <summary>A credential of a person has changed.</summary>
    public const string CredentialChange = "https://schemas.openid.net/secevent/caep/event-type/credential-change";

    /// <summary>An account has been disabled.</summary>
    public const string AccountDisabled = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";

    /// <summary>The receiver asked whether the stream works.</summary>
    public const string Verification = "https://schemas.openid.net/secevent/ssf/event-type/verification";
}
