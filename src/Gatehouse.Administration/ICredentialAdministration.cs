namespace Gatehouse.Administration;

/// <summary>The credentials of servers that issuers issued, as administrators see them.</summary>
internal interface ICredentialAdministration
{
    /// <summary>The servers whose credential an issuer issues.</summary>
    IReadOnlyList<string> Servers { get; }

    /// <summary>Returns the credentials in memory.</summary>
    /// <param name="server">Only of this server; null for all.</param>
    /// <param name="subject">Only of this person; null for all.</param>
    IReadOnlyList<CredentialView> List(string? server, string? subject);

    /// <summary>Forgets credentials, so that the next call obtains new ones.</summary>
    /// <param name="server">Of this server.</param>
    /// <param name="subject">Only of this person; null for all, and for the gateway itself.</param>
    /// <returns>How many there were; null where there is no such server, or its credential is a fixed value.</returns>
    int? Forget(string server, string? subject);
}
