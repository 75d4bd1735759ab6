namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The reasons for which the gateway ends an exchange in progress.</summary>
public enum ExchangeEnd
{
    /// <summary>A revocation, a new configuration or the token's expiry withdrew the right (design rule 7).</summary>
    RightWithdrawn,

    /// <summary>The gateway accepts no new exchanges, and ends requests that were not forwarded.</summary>
    Draining,

    /// <summary>The client cancelled the request by a notification (MCP, basic/utilities/cancellation).</summary>
    TakenBack,

    /// <summary>An administrator contained the server, the tool, the caller or the session.</summary>
    Contained,
}
