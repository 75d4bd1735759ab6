using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>What the credentials of servers need of their host.</summary>
/// <param name="Settings">Returns the configuration in force.</param>
internal sealed record CredentialHost(Func<GatewaySettings> Settings);
