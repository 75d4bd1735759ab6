using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>The obligations of a permit. An obligation that no stage can fulfil turns the permit into a denial.</summary>
internal static class Obligations
{
    /// <summary>The reason of a question that the policy asks.</summary>
    public const string Reason = "obligation";

    /// <summary>
    /// Hands each obligation to the stage that fulfils it: an approval becomes a question, which the stage approve asks. Returns false when no stage
    /// can fulfil one.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="decision">The permit.</param>
    /// <param name="request">The request that was permitted.</param>
    public static bool TryFulfil(Exchange exchange, in PolicyDecision decision, in PolicyRequest request)
    {
        foreach (var obligation in decision.Obligations)
        {
            if (obligation.Kind == ObligationKind.Approval)
            {
                if (request.Direction != PolicyDirection.Calls) return false; // requests of a server are not held
                if (request.ActsOnTarget) Ask(exchange, obligation);
            }
            else if (!TryLog(exchange, obligation))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Fulfils the obligations of an operation on a task. The call that began the task was approved, so its result needs no approval of its own.
    /// </summary>
    public static bool TryFulfilForTask(Exchange exchange, in PolicyDecision decision)
    {
        foreach (var obligation in decision.Obligations)
        {
            if (obligation.Kind != ObligationKind.Approval && !TryLog(exchange, obligation)) return false;
        }

        return true;
    }

    // A message with several targets is one question for each rule that asks.
    private static void Ask(Exchange exchange, Obligation obligation)
    {
        var source = obligation.Source ?? "policy";
        if (exchange.Questions.OfPolicy.Any(question => question.Source == source)) return;
        var asking = exchange.Snapshot.Policy.Rules.FirstOrDefault(rule => rule.Id == source);
        exchange.Questions.OfPolicy =
        [
            .. exchange.Questions.OfPolicy,
            new ApprovalQuestion(source, Reason)
            {
                Terms = obligation.Approval ?? ApprovalTerms.Default,
                RuleText = asking is null ? "" : RuleText.Of(asking),
            },
        ];
    }

    private static bool TryLog(Exchange exchange, Obligation obligation)
    {
        if (obligation != Obligation.LogPayload) return false;
        exchange.Record.KeepPayload = true;
        return true;
    }
}
