using System.Security.Claims;

namespace Gatehouse.Server;

/// <summary>The caller of a message that came through the gateway. Only the library makes one: the type is the proof.</summary>
internal sealed class VerifiedCaller(ClaimsIdentity identity) : ClaimsPrincipal(identity)
{
    /// <summary>The id of the exchange that the message is of; null for the gateway's own.</summary>
    public string? Exchange { get; init; }
}
