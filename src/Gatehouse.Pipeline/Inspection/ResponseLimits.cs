using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>The bounds that messages from a server must keep.</summary>
public static class ResponseLimits
{
    /// <summary>The proof's bounds with the server's own size.</summary>
    public static ProofLimits Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return For(exchange.Server.ResponseBytes);
    }

    /// <summary>The proof's bounds with a size in bytes.</summary>
    public static ProofLimits For(int maxBytes) => ProofLimits.Default with { MaxBytes = maxBytes };
}
