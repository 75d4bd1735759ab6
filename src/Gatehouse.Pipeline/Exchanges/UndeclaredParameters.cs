using Gatehouse.Protocol.Headers;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The <c>Mcp-Param-*</c> headers of a request that its tool does not declare. They are forwarded unchanged (MCP 2026-07-28, T19).</summary>
internal static class UndeclaredParameters
{
    /// <summary>Returns the headers, in their order. The inspection has checked that each is single and clean.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Exchange exchange)
    {
        if (!exchange.IsModern) return [];
        List<KeyValuePair<string, string>>? others = null;
        foreach (var parameter in exchange.Head.Parameters)
        {
            if (!IsDeclared(exchange, parameter.Key)) (others ??= []).Add(parameter);
        }

        return (IReadOnlyList<KeyValuePair<string, string>>?)others ?? [];
    }

    private static bool IsDeclared(Exchange exchange, string header) =>
        exchange.Tool?.Headers.Any(one => one.HeaderName.Equals(header, StringComparison.OrdinalIgnoreCase)) == true;
}
