namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>An identity provider as a page shows it.</summary>
/// <param name="Name">Name in the configuration; it comes back in the form.</param>
/// <param name="DisplayName">The name that people read.</param>
internal sealed record PageProvider(string Name, string DisplayName);
