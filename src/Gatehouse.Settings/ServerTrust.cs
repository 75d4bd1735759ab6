namespace Gatehouse.Settings;

/// <summary>The trust in what a server answers.</summary>
public enum ServerTrust
{
    /// <summary>Its texts are written, or checked, by people of the organisation.</summary>
    Trusted = 0,

    /// <summary>Its texts come from strangers: mails, web pages, tickets of customers.</summary>
    Untrusted,
}
