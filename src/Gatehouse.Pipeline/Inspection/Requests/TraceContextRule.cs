using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// The rule that a trace context in <c>_meta</c> follows W3C Trace Context §3.2 (H32): the value reaches logs and spans of other systems, so it must
/// not be free text.
/// </summary>
internal sealed class TraceContextRule : IRequestRule
{
    public string Name => "trace-context";

    public bool JudgesEdited => true;

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(message.Has(EnvelopeMember.MetaTraceparent) && !TraceParent.IsValid(message) ? RuleVerdict.Refuse(Reasons.InvalidMessage, "traceparent")
            : RuleVerdict.Pass);
}
