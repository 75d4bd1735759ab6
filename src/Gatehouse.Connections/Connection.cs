using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Connections;

/// <summary>A connection of a person, opened.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Facts">Its facts.</param>
internal sealed record Connection(ConnectionRow Row, ConnectionFacts Facts)
{
    /// <summary>
    /// Returns whether the person agreed to what a server needs now: the same service, the same server, and every scope. Scopes that configuration
    /// added need the consent of each person.
    /// </summary>
    public bool Serves(ServerSettings server, ConnectedService service) => Row.Provider == service.Name && Facts.Service == service.Identity
        && Facts.ServerOrigin == OriginOf(server)
        && server.Http!.Connection!.Scopes.All(scope => Facts.Scopes.Contains(scope, StringComparer.Ordinal));

    /// <summary>Returns the origin of a server.</summary>
    public static string OriginOf(ServerSettings server) => server.Http!.Url.GetLeftPart(UriPartial.Authority);

    /// <summary>Only the place: the tokens are secret.</summary>
    public override string ToString() => Row.ToString();
}
