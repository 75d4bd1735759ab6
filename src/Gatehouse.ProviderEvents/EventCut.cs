namespace Gatehouse.ProviderEvents;

/// <summary>The numbers of what an event ended.</summary>
/// <param name="Sessions">MCP sessions.</param>
/// <param name="Exchanges">Exchanges in progress: streams and calls.</param>
/// <param name="Credentials">Cached credentials of servers.</param>
/// <param name="Grants">Grants of the gateway's own authorization server.</param>
internal readonly record struct EventCut(int Sessions, int Exchanges, int Credentials, int Grants);
