using Gatehouse.Audit;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// Whatever passes here was decided for one caller, so no cache may hand it to another: <c>public</c> becomes <c>private</c>
/// (H25, H26; MCP 2026-07-28, caching).
/// </summary>
internal sealed class CacheScopeRule : IResponseRule
{
    public string Name => "cache-scope";

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message)
    {
        if (message.Kind != MessageKind.Result || !message.Has(Slot.ResultCacheScope) || message.Text(Slot.ResultCacheScope) == "private")
            return ResponseVerdict.Pass(message);
        exchange.Record.Add(new AuditPart("change", "replaced", "cache-scope"));
        var splice = new MessageSplice(message);
        splice.Replace(message.Range(Slot.ResultCacheScope), "\"private\""u8.ToArray());
        return ResponseVerdict.Pass(splice.ApplyAndProve(ResponseLimits.For(exchange.Server.ResponseBytes + 16)));
    }
}
