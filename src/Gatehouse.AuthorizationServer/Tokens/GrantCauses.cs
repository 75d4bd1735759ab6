namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Causes of the end of a grant, as records and alarms name them.</summary>
internal static class GrantCauses
{
    /// <summary>An authorization code came twice.</summary>
    public const string CodeReuse = "code-reuse";

    /// <summary>
    /// An authorization code came from its client without the verifier or redirect URI of its request: it was injected or intercepted.
    /// </summary>
    public const string CodeInjection = "code-injection";

    /// <summary>A spent refresh token came again, outside the grace or from another party.</summary>
    public const string RefreshReuse = "refresh-reuse";

    /// <summary>The client revoked a token.</summary>
    public const string Revoked = "revoked-by-client";

    /// <summary>The person withdrew the access on the page of grants.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>An administrator revoked the consent, or everything of the person.</summary>
    public const string RevokedByAdministrator = "revoked-by-administrator";

    /// <summary>The provider at which the person signed in sent an event about the person.</summary>
    public const string ProviderEvent = "provider-event";

    /// <summary>An administrator erased the person from the audit log.</summary>
    public const string Erased = "erased";

    /// <summary>The log could not record the grant. Its code went to no client.</summary>
    public const string Unrecorded = "unrecorded";

    /// <summary>A person has more grants than are kept.</summary>
    public const string TooMany = "too-many-grants";
}
