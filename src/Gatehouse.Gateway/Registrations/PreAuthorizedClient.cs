namespace Gatehouse.Gateway.Registrations;

/// <summary>A client that gets tokens for the application without a consent of the person (<c>api.preAuthorizedApplications</c>).</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="AppId">Its application (client) id.</param>
/// <param name="Scopes">The ids of the scopes.</param>
internal sealed record PreAuthorizedClient(string Path, Guid AppId, IReadOnlyList<Guid> Scopes);
