namespace Gatehouse.Settings;

/// <summary>
/// The credential of a server is that of each person: the person connects the server once to a third-party service, with consent (OB-05).
/// </summary>
/// <param name="Provider">Name of the service in <see cref="GatewaySettings.ConnectionProviders"/>.</param>
/// <param name="Scopes">The scopes that the server needs, as the service names them. A connection with fewer does not serve.</param>
public sealed record ConnectionCredentialSettings(string Provider, IReadOnlyList<string> Scopes);
