namespace Gatehouse.Administration;

/// <summary>Sessions of the legacy era, for administrators.</summary>
internal interface ISessionAdministration
{
    /// <summary>Returns the sessions, the oldest first.</summary>
    /// <param name="server">Only of this server, or null for all.</param>
    /// <param name="subject">Only of this subject, or null for all.</param>
    IReadOnlyList<Gatehouse.Administration.SessionView> List(string? server, string? subject);

    /// <summary>Ends a session with its streams.</summary>
    /// <param name="id">Its id in the list; never the handle.</param>
    /// <returns>Its subject, or null when there is no such session.</returns>
    ValueTask<string?> EndAsync(string id);
}
