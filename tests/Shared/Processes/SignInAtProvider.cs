namespace Gatehouse.Tests.Processes;

/// <summary>
/// A provider of the gateway's own authorization server, at which the gateway was registered by hand. Programs on loopback may register at the
/// gateway.
/// </summary>
internal sealed record SignInAtProvider(string Name, string Issuer, string ClientId, string SecretFile);
