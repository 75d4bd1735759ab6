namespace Gatehouse.Administration;

/// <summary>The connections of people to third-party services, as administrators see them (OB-05).</summary>
internal interface IConnectionAdministration
{
    /// <summary>The most connections that one list has: 1,000.</summary>
    const int MostListed = 1_000;

    /// <summary>The servers for which people connect a service.</summary>
    IReadOnlyList<string> Servers { get; }

    /// <summary>Returns connections, at most <see cref="MostListed"/>.</summary>
    /// <param name="server">Only of this server; null for all.</param>
    /// <param name="subject">Only of this person; null for all.</param>
    Task<IReadOnlyList<CredentialView>> ListAsync(string? server, string? subject);

    /// <summary>Disconnects a person from the service of a server: the gateway forgets the tokens, and revokes them at the service.</summary>
    /// <param name="server">The server.</param>
    /// <param name="issuer">The issuer of the person.</param>
    /// <param name="subject">The person.</param>
    /// <returns>Whether the service confirmed the revocation; null where the person has no such connection.</returns>
    Task<bool?> DisconnectAsync(string server, string issuer, string subject);

    /// <summary>Returns the issuers of the configuration that have a person of this subject with a connection for a server.</summary>
    Task<IReadOnlyList<string>> IssuersOfAsync(string server, string subject);
}
