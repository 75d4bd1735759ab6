using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The rule that header and body of a modern request agree (SEP-2243; T12, T13, T15). Otherwise a program that routes by the header and a program
/// that acts on the body would see two different requests. Mirrored parameters are checked in the inspection, where the definition is known.
/// </summary>
internal static class MirroredHeaderRule
{
    public static StageOutcome Apply(Exchange exchange)
    {
        if (exchange.Head.Verb is null || exchange.Message is not { } message) return StageOutcome.Continue;
        var method = exchange.Head.Single(RequestHeader.Method);
        if (method is null || !string.Equals(method, message.Method, StringComparison.Ordinal))
            return StageOutcome.Deny(Reasons.HeaderBodyMismatch, HeaderNames.Method);
        return NameAgrees(exchange, message)
            ? StageOutcome.Continue
            : StageOutcome.Deny(Reasons.HeaderBodyMismatch, HeaderNames.Name);
    }

    private static bool NameAgrees(Exchange exchange, ValidatedMessage message)
    {
        var header = exchange.Head.Single(RequestHeader.Name);
        if (exchange.Method?.NameSlot is not { } slot) return true; // the header has no meaning for methods without a named target
        return header is not null && message.IsString(slot) && MirroredHeader.Matches(header, message.Raw(slot));
    }
}
