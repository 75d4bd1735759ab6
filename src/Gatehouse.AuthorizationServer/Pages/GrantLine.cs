using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The access of one client to one server on the page of grants: one grant, or several that the client has together.</summary>
/// <param name="Id">Identifier of the newest grant; it comes back in the form.</param>
/// <param name="Client">The client.</param>
/// <param name="Server">The server.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="At">When it was given last.</param>
/// <param name="Until">When it ends at the latest.</param>
internal sealed record GrantLine(
    string Id, PageClient Client, PageServer Server, ImmutableArray<PageScope> Scopes, DateTimeOffset At, DateTimeOffset Until);
