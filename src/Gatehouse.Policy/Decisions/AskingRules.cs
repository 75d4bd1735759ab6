using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Decisions;

/// <summary>
/// The permits with the obligation to ask a person, read as restrictions: one that would forbid, if it were a forbid, asks. Threat: a caller words an
/// argument so that the condition of the rule cannot be decided, and the call passes by another permit without a question.
/// </summary>
internal sealed class AskingRules
{
    private readonly ImmutableArray<PolicyRule> rules;
    private readonly PolicyIndex index;

    private readonly AccessRules access;

    private AskingRules(ImmutableArray<PolicyRule> rules, AccessRules access)
    {
        this.rules = rules;
        this.access = access;
        index = new PolicyIndex(rules, asks: true);
    }

    /// <summary>Returns the rules that ask; null when there are none.</summary>
    /// <param name="rules">The rules of the policy.</param>
    /// <param name="access">The rules that count only for people with an active right.</param>
    public static AskingRules? Of(IEnumerable<PolicyRule> rules, AccessRules access)
    {
        ImmutableArray<PolicyRule> asking = [.. rules.Where(rule => rule is { Forbids: false, Approval: not null }).Select(AsRestriction)];
        return asking.IsEmpty ? null : new AskingRules(asking, access);
    }

    /// <summary>Returns a rule that asks as the restriction that it is. Its obligations are only those to ask, and name it as their source.</summary>
    public static PolicyRule AsRestriction(PolicyRule rule) => rule with
    {
        Forbids = true,
        Obligations = [Obligation.ForApproval(rule.Approval ?? ApprovalTerms.Default) with { Source = rule.Id }],
    };

    /// <summary>Returns the obligations of a rule other than to ask a person.</summary>
    public static IEnumerable<Obligation> Others(PolicyRule rule) => rule.Obligations.Where(obligation => obligation.Kind != ObligationKind.Approval);

    /// <summary>Returns the obligations to ask about a permitted request, in the order of the rules.</summary>
    public ImmutableArray<Obligation> Find(PolicySubject subject, in PolicyRequest request)
    {
        var rented = ArrayPool<ulong>.Shared.Rent(index.Words * 2);
        var candidates = rented.AsSpan(0, index.Words);
        index.Find(subject, request, candidates, rented.AsSpan(index.Words, index.Words));
        ImmutableArray<Obligation> found = [];
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word]; bits != 0; bits &= bits - 1)
            {
                var rule = rules[word * 64 + BitOperations.TrailingZeroCount(bits)];
                if (access.Counts(rule, subject) && PolicyDecisionPoint.Forbids(rule, subject, request, request.LeavesArgumentsOpen))
                    found = found.AddRange(rule.Obligations);
            }
        }

        ArrayPool<ulong>.Shared.Return(rented);
        return found;
    }
}
