namespace Gatehouse.Administration;

/// <summary>States of the grants that follow from a consent, as the store knows them.</summary>
public static class ConsentStates
{
    /// <summary>At least one grant gives tokens.</summary>
    public const string Live = "live";

    /// <summary>There is no grant any more: it was withdrawn, revoked, displaced, ended by an alarm, or its time is over. The audit log has the
    /// cause (<c>oauth.grant.end</c>).</summary>
    public const string Ended = "ended";

    /// <summary>Each grant is revoked: itself, its person or its client.</summary>
    public const string Revoked = "revoked";

    /// <summary>The provider of the person is not in the configuration.</summary>
    public const string ProviderRemoved = "provider-removed";

    /// <summary>The sealed facts of each grant cannot be opened: the key ring is another one, or the row was changed.</summary>
    public const string Unreadable = "unreadable";
}
