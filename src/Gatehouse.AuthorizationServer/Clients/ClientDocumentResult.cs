namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The result of looking for a client's document.</summary>
/// <param name="Client">The client; null with a fault.</param>
/// <param name="Fault">Why there is none.</param>
internal readonly record struct ClientDocumentResult(OAuthClient? Client, ClientDocumentFault Fault);
