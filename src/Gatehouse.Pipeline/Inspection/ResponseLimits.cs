using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>The bounds for messages from a server.</summary>
public static class ResponseLimits
{
    /// <summary>Returns the validator's bounds with the server's own size.</summary>
    public static MessageLimits Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return For(exchange.Server.ResponseBytes);
    }

    /// <summary>Returns the validator's bounds with a size in bytes.</summary>
    public static MessageLimits For(int maxBytes) => MessageLimits.Default with { MaxBytes = maxBytes };
}
