namespace Gatehouse.Administration;

/// <summary>Consents of people to clients of the gateway's authorization server, for administrators.</summary>
internal interface IConsentAdministration
{
    /// <summary>True where the configuration in force has an authorization server.</summary>
    bool IsOn { get; }

    /// <summary>Returns the consents, and the grants without one, by subject, client and resource. One line is one of these three.</summary>
    /// <param name="subject">Only of this subject, or null for all.</param>
    ValueTask<ConsentList> ListAsync(string? subject);

    /// <summary>Removes consents and ends the grants that follow from them, with their tokens and streams.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="client">The client.</param>
    /// <param name="resource">Only for this resource, or null for all.</param>
    /// <returns>Null when there was neither a consent nor a grant.</returns>
    ValueTask<ConsentRevoked?> RevokeAsync(string subject, string client, string? resource);
}
