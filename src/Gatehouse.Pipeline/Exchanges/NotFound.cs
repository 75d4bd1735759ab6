using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The one answer for targets that do not exist and targets that the caller may not see.</summary>
internal static class NotFound
{
    private const int LegacyResourceNotFound = -32002;
    private const int LongestUri = 2048;

    public static Refusal Refusal(Exchange exchange, PolicyTarget target, string detail) =>
        new(Reasons.UnknownName, detail)
        {
            // The code for a missing resource changed with 2026-07-28 (SEP-2164).
            JsonRpcCode = target == PolicyTarget.Resource && !exchange.IsModern ? LegacyResourceNotFound : null,
            Uri = target == PolicyTarget.Resource && exchange.Message?.Text(EnvelopeMember.ParamsUri) is { Length: <= LongestUri } uri ? uri : null,
        };
}
