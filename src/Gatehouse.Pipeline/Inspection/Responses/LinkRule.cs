using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that removes addresses that a client would open or show by itself and must not (ST-09, row E11), in every message of a server: lists,
/// handshakes, results, tasks, questions and notifications. Definitions were judged before, in the server's own bytes, so that no approval changes.
/// </summary>
internal sealed class LinkRule : IResponseRule
{
    public string Name => "links";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        var slot = message.Kind switch
        {
            MessageKind.Result => EnvelopeMember.Result,
            MessageKind.Error => EnvelopeMember.ErrorData,
            _ => EnvelopeMember.Params,
        };
        if (!message.Has(slot) || !UnsafeLinks.MayBeIn(message.Bytes.Span)) return RuleVerdict.Pass;
        var links = new UnsafeLinks();
        if (links.Without(message.Bytes, message.Range(slot)) is not { } rest) return RuleVerdict.Pass;
        if (links.Apps > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "mcp-app", null, links.Apps));
        if (links.Icons > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "icon-scheme", "GHS7007", links.Icons));
        return RuleVerdict.Edit(MessageEdit.Replace(message.Range(slot), rest));
    }
}
