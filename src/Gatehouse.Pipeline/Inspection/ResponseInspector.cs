using Gatehouse.Audit;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// Is the message from the server the answer to what was asked, and may the client see all of it? Runs on each whole
/// message before a byte of it is released (design rule 8).
/// </summary>
public sealed class ResponseInspector
{
    private readonly IResponseRule[] rules;

    /// <summary>Builds the inspector with its rules in order.</summary>
    public ResponseInspector(params IResponseRule[] rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Length == 0) throw new ArgumentException("an inspector without rules inspects nothing", nameof(rules));
        this.rules = rules;
    }

    /// <summary>Slugs of the rules, in order.</summary>
    public IReadOnlyList<string> RuleNames => [.. rules.Select(r => r.Name)];

    /// <summary>The rules every gateway has.</summary>
    public static ResponseInspector Standard(ICatalogue catalogue, IStateHandles handles) => new(
        new CorrelationRule(),            // first: an answer nobody asked for is not worth reading
        new ServerMessageRule(catalogue), // what servers may say and ask
        new ResultTypeRule(),             // what kind of result it is, and whether the client can take it
        new StateHandleRule(handles),     // what it hands out to continue with is bound to the caller
        new CapabilityRule(),             // what the server claims to offer
        new ListRule());                  // last: costs most

    /// <summary>For the range alone: the same inspector without one rule, to show what the rule is for.</summary>
    internal ResponseInspector WithoutForRange(string name) => new([.. rules.Where(r => r.Name != name)]);

    /// <summary>Judges one message and notes what happened in the record.</summary>
    public async ValueTask<ResponseVerdict> JudgeAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        foreach (var rule in rules)
        {
            await rule.PrepareAsync(exchange, message, cancellation).ConfigureAwait(false);
            var verdict = rule.Judge(exchange, message);
            if (verdict.Message is null)
            {
                var reason = verdict.Dropped ?? verdict.Refusal!.Detail;
                exchange.Record.Add(new AuditPart("detection", verdict.Dropped is null ? "deny" : "drop", rule.Name, reason));
                return verdict;
            }

            message = verdict.Message;
        }

        return ResponseVerdict.Pass(message);
    }
}
