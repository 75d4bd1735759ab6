using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule for the cache scope of results. Every answer was decided for one caller, so no cache may return it to another: <c>public</c> becomes
/// <c>private</c> (H25, H26; MCP 2026-07-28, caching).
/// </summary>
internal sealed class CacheScopeRule : IResponseRule
{
    public string Name => "cache-scope";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (message.Kind != MessageKind.Result
            || !message.Has(EnvelopeMember.ResultCacheScope) || message.Is(EnvelopeMember.ResultCacheScope, "private"u8))
            return RuleVerdict.Pass;
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Replaced, "cache-scope"));
        return RuleVerdict.Edit(MessageEdit.Replace(message.Range(EnvelopeMember.ResultCacheScope), "\"private\""u8.ToArray()));
    }
}
