namespace Gatehouse.Inventory.Running;

/// <summary>A port that answered as an MCP server.</summary>
/// <param name="Listener">The port.</param>
/// <param name="IsUnauthenticated">True when it answered the question without asking for a token.</param>
internal sealed record ProbeAnswer(Listener Listener, bool IsUnauthenticated);
