using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The rule that derives the revision of an exchange once, from header, <c>_meta</c> and method; the session stage confirms it. Any disagreement is
/// refused: two parsers that assume different revisions apply different rules to one message.
/// </summary>
internal static class RevisionRule
{
    public static StageOutcome Apply(Exchange exchange)
    {
        if (exchange.Head.Verb is null) return ApplyLine(exchange);
        var header = exchange.Head.Single(RequestHeader.ProtocolVersion);
        ProtocolRevision? named = null;
        if (header is not null && !ProtocolRevision.TryParse(header, out named)) return Unsupported(exchange, header);
        if (exchange.Message is not { } message)
        {
            exchange.Revision = named;
            return StageOutcome.Continue;
        }

        return named is { IsModern: true } ? ApplyModern(exchange, message, named) : ApplyLegacy(exchange, message, named);
    }

    // Without headers only the message shows the revision: the modern era names it in each request (MCP 2026-07-28, stdio). A connection that began a
    // session of the legacy era stays in it. A server takes the era of the channel from its beginning, and would read a message of the other era by
    // rules that were not applied here.
    private static StageOutcome ApplyLine(Exchange exchange)
    {
        var inSession = exchange.Head.Has(RequestHeader.SessionId);
        if (exchange.Message is not { } message) return StageOutcome.Continue;
        if (message.Text(EnvelopeMember.MetaProtocolVersion) is not { } text) return ApplyLineWithout(exchange, message, inSession);
        if (inSession || message.Method == "initialize") return StageOutcome.Deny(Reasons.RevisionDisagrees);
        if (!ProtocolRevision.TryParse(text, out var named)) return Unsupported(exchange, text);
        return named.IsModern ? ApplyModern(exchange, message, named) : StageOutcome.Deny(Reasons.RevisionDisagrees);
    }

    // A cancellation of the modern era names no revision.
    private static StageOutcome ApplyLineWithout(Exchange exchange, ValidatedMessage message, bool inSession)
    {
        if (message.Has(EnvelopeMember.MetaProtocolVersion)) return StageOutcome.Deny(Reasons.MetaMissing, "protocolVersion");
        if (inSession || message.Method == "initialize" || message.Kind != MessageKind.Notification) return ApplyLegacy(exchange, message, null);
        exchange.Revision = ProtocolRevision.V20260728;
        return StageOutcome.Continue;
    }

    private static StageOutcome ApplyModern(Exchange exchange, ValidatedMessage message, ProtocolRevision named)
    {
        exchange.Revision = named;
        // T31: a removed method, and its error names the supported revisions.
        if (message.Method == "initialize")
            return StageOutcome.Deny(new Refusal(Reasons.UnknownMethod, "initialize") { RequestedRevision = named.Text });
        if (message.Kind is MessageKind.Result or MessageKind.Error) return StageOutcome.Deny(Reasons.UnexpectedResponse);
        if (message.Kind == MessageKind.Notification && !message.Has(EnvelopeMember.MetaProtocolVersion)) return StageOutcome.Continue;
        if (!message.IsString(EnvelopeMember.MetaProtocolVersion))
            return StageOutcome.Deny(Reasons.MetaMissing, "protocolVersion");
        if (!message.Is(EnvelopeMember.MetaProtocolVersion, named.Utf8))
            return StageOutcome.Deny(Reasons.HeaderBodyMismatch, HeaderNames.ProtocolVersion);
        return message.IsObject(EnvelopeMember.MetaClientCapabilities) || message.Kind == MessageKind.Notification
            ? StageOutcome.Continue
            : StageOutcome.Deny(Reasons.MetaMissing, "clientCapabilities");
    }

    private static StageOutcome ApplyLegacy(Exchange exchange, ValidatedMessage message, ProtocolRevision? named)
    {
        // The modern era has its own _meta key. If a body has it under a legacy header, or under none, one parser reads it as modern and another as
        // legacy (T09).
        if (message.Has(EnvelopeMember.MetaProtocolVersion)
            && message.Text(EnvelopeMember.MetaProtocolVersion) != named?.Text)
        {
            return StageOutcome.Deny(Reasons.HeaderBodyMismatch, HeaderNames.ProtocolVersion);
        }

        exchange.Revision = message.Method == "initialize" ? Asked(message) : named ?? ProtocolRevision.V20250326;
        return StageOutcome.Continue;
    }

    // The revision that the client asks for. The answer has the agreed one, and the session keeps that.
    private static ProtocolRevision Asked(ValidatedMessage message) =>
        ProtocolRevision.TryParse(message.Text(EnvelopeMember.ParamsProtocolVersion), out var asked) && !asked.IsModern
            ? asked
            : ProtocolRevision.V20251125;

    private static StageOutcome Unsupported(Exchange exchange, string requested) => StageOutcome.Deny(
        new Refusal(Reasons.RevisionUnsupported, "header")
        {
            RequestedRevision = requested,
        });
}
