using Gatehouse.Audit;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// Takes out what a client would open or show by itself and must not (ST-09, row E11), in every message of a server: lists, handshakes,
/// results, tasks, questions and notifications. Definitions were judged before, in the server's own bytes, so that no approval changes.
/// </summary>
internal sealed class LinkRule : IResponseRule
{
    public string Name => "links";

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message)
    {
        var slot = message.Kind switch
        {
            MessageKind.Result => Slot.Result,
            MessageKind.Error => Slot.ErrorData,
            _ => Slot.Params,
        };
        var bytes = message.Bytes.Span;
        if (!message.Has(slot) || !UnsafeLinks.MayBeIn(bytes)) return ResponseVerdict.Pass(message);
        var links = new UnsafeLinks();
        if (links.Without(bytes, message.Range(slot)) is not { } rest) return ResponseVerdict.Pass(message);
        if (links.Apps > 0) exchange.Record.Add(new AuditPart("detection", "drop", "mcp-app", null, links.Apps));
        if (links.Icons > 0) exchange.Record.Add(new AuditPart("detection", "drop", "icon-scheme", "GHS7007", links.Icons));
        var splice = new MessageSplice(message);
        splice.Replace(message.Range(slot), rest);
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.For(Math.Max(message.Bytes.Length, 1024))));
    }
}
