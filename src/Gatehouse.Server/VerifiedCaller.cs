using System.Security.Claims;

namespace Gatehouse.Server;

/// <summary>The caller of a message that came through the gateway. Only the library makes one: the type is the proof.</summary>
internal sealed class VerifiedCaller(ClaimsIdentity identity) : ClaimsPrincipal(identity);
