using Gatehouse.AuthorizationServer.Callers;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// Pages of another part of the gateway for people who sign in at it. The authorization server serves them, with its rates and its record.
/// </summary>
internal interface IPersonPages
{
    /// <summary>Returns the handlers by method and route.</summary>
    IEnumerable<(string Method, string Path, Func<HttpContext, Peer, Task> Handler)> Of(PersonPageParts parts);
}
