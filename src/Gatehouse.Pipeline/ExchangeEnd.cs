namespace Gatehouse.Pipeline;

/// <summary>Why the gateway ends an exchange that is under way.</summary>
public enum ExchangeEnd
{
    /// <summary>A revocation, a new configuration or the token's expiry took the right away (design rule 7).</summary>
    RightWithdrawn,

    /// <summary>The gateway takes nothing new, and ends requests that were not forwarded.</summary>
    Draining,

    /// <summary>The client took the request back by a notification (MCP, basic/utilities/cancellation).</summary>
    TakenBack,
}
