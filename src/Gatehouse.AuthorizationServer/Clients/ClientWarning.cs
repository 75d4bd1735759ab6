namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A warning about a client, for the consent page. Its texts are those of strangers: escape them for the page.</summary>
/// <param name="Kind">What the warning is about, and so what the texts are.</param>
/// <param name="Shown">The text of this client; null where the kind has none.</param>
/// <param name="Other">The text that it is compared with; null where the kind has none.</param>
internal sealed record ClientWarning(ClientWarningKind Kind, string? Shown = null, string? Other = null);
