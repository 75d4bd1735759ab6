using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>What the credentials of servers need of their host.</summary>
/// <param name="Settings">Returns the configuration in force.</param>
/// <param name="IsRevoked">Returns whether the token of a caller is revoked.</param>
internal sealed record CredentialHost(Func<GatewaySettings> Settings, Func<VerifiedToken, bool> IsRevoked);
