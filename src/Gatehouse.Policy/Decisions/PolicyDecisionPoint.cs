using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Vocabulary;

namespace Gatehouse.Policy.Decisions;

/// <summary>
/// The decisions by the rules of one snapshot: a forbid that applies wins, then a permit, otherwise the answer is deny. Immutable and safe for any
/// number of callers. A decision allocates only where a permit carries obligations.
/// </summary>
/// <remarks>
/// The order of rules only decides which of several rules is named. A permit with terms of access counts for a caller who has its right at this
/// moment, and for no other caller. An approval is asked for where the rule that asks would forbid if it were a forbid: the obligation takes
/// something away from a caller, so a condition that cannot be decided never lifts it.
/// </remarks>
public sealed class PolicyDecisionPoint : IDecisionPoint
{
    private const int WordsOnStack = 64;
    private readonly ImmutableArray<PolicyRule> rules;
    private readonly PolicyIndex index;
    private readonly RequestedClaims questions;
    private readonly AskingRules? asking;
    private readonly AccessRules access;

    /// <summary>Compiles the rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="rights">Rights that people have for a time. Without it no permit with terms of access holds.</param>
    public PolicyDecisionPoint(IEnumerable<PolicyRule> rules, IActiveAccess? rights = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        this.rules = [.. rules];
        index = new PolicyIndex(this.rules);
        questions = new RequestedClaims(this.rules);
        access = new AccessRules(this.rules, rights);
        asking = AskingRules.Of(this.rules, access);
    }

    /// <summary>The rules, in their order.</summary>
    public ImmutableArray<PolicyRule> Rules => rules;

    /// <summary>
    /// Returns whether a rule counts for a caller: it has no terms of access, or the caller has its right now. A rule that does not count neither
    /// permits nor asks.
    /// </summary>
    public bool HasAccess(PolicySubject subject, PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return access.Counts(rule, subject);
    }

    /// <summary>
    /// Returns whether the permit that a decision named still counts for the caller: false once a right for a time has ended, by which it was made.
    /// </summary>
    public bool HasAccess(PolicySubject subject, string ruleId)
    {
        ArgumentNullException.ThrowIfNull(ruleId);
        return access.Counts(ruleId, subject);
    }

    /// <summary>True when a permit needs an assignment of Entra PIM.</summary>
    public bool NeedsEntra => access.NeedsEntra;

    /// <summary>
    /// Returns the assignments of Entra PIM by which the policy could permit something more to this caller at this server. Empty for most callers.
    /// </summary>
    public IReadOnlyList<EntraAssignment> EntraAssignmentsOf(PolicySubject subject, string server)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(server);
        return access.NeedsEntra ? access.EntraAssignmentsOf(subject, server) : [];
    }

    /// <summary>Returns the roles, groups, scopes and strengths of a subject that the rules ask for. For the audit log.</summary>
    public RequestedNames AskedOf(PolicySubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.NamesMemo is RequestedNames known && ReferenceEquals(known.Questions, questions)) return known;
        var names = questions.Of(subject);
        subject.NamesMemo = names;
        return names;
    }

    /// <summary>Returns the verdict and the rule that made it.</summary>
    public PolicyDecision Decide(PolicySubject subject, in PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var words = index.Words;
        if (words <= WordsOnStack) return Decide(subject, request, stackalloc ulong[words], stackalloc ulong[words]);
        var rented = ArrayPool<ulong>.Shared.Rent(words * 2);
        var decision = Decide(subject, request, rented.AsSpan(0, words), rented.AsSpan(words, words));
        ArrayPool<ulong>.Shared.Return(rented);
        return decision;
    }

    /// <inheritdoc />
    public ValueTask<PolicyDecision> DecideAsync(PolicySubject subject, in PolicyRequest request, CancellationToken cancellation) =>
        ValueTask.FromResult(Decide(subject, request));

    /// <inheritdoc />
    public ValueTask DecideManyAsync(
        PolicySubject subject, ReadOnlyMemory<PolicyRequest> requests, Memory<PolicyDecision> decisions, CancellationToken cancellation)
    {
        for (var at = 0; at < requests.Length; at++) decisions.Span[at] = Decide(subject, requests.Span[at]);
        return ValueTask.CompletedTask;
    }

    private PolicyDecision Decide(PolicySubject subject, in PolicyRequest request, Span<ulong> candidates, Span<ulong> scratch)
    {
        index.Find(subject, request, candidates, scratch);
        var open = request.LeavesArgumentsOpen;
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word] & index.Forbids[word]; bits != 0; bits &= bits - 1)
            {
                var rule = rules[word * 64 + BitOperations.TrailingZeroCount(bits)];
                if (Forbids(rule, subject, request, open)) return new PolicyDecision(PolicyEffect.Forbid, rule.Id);
            }
        }

        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word] & index.Permits[word]; bits != 0; bits &= bits - 1)
            {
                var rule = rules[word * 64 + BitOperations.TrailingZeroCount(bits)];
                if (access.Counts(rule, subject) && Permits(rule, subject, request))
                    return new PolicyDecision(PolicyEffect.Permit, rule.Id) { Obligations = Obligations(subject, request, candidates) };
            }
        }

        return new PolicyDecision(PolicyEffect.Deny, null);
    }

    // Undecidable counts as holding. Where arguments are left open, a forbid that reads them says nothing yet.
    internal static bool Forbids(PolicyRule rule, PolicySubject subject, in PolicyRequest request, bool open) =>
        rule.When.IsEmpty || (!(open && rule.ReadsArguments) && (rule.JudgeConditions(subject, request) & Ternary.False) == 0);

    // Undecidable counts as not holding. Where arguments are left open, it is enough that some would do.
    internal static bool Permits(PolicyRule rule, PolicySubject subject, in PolicyRequest request) =>
        rule.When.IsEmpty || (rule.JudgeConditions(subject, request) & Ternary.True) != 0;

    // Every permit that holds adds its obligations, so that the order of rules does not decide them.
    private ImmutableArray<Obligation> Obligations(PolicySubject subject, in PolicyRequest request, ReadOnlySpan<ulong> candidates)
    {
        ImmutableArray<Obligation> all = [];
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word] & index.Obliging[word]; bits != 0; bits &= bits - 1)
            {
                var rule = rules[word * 64 + BitOperations.TrailingZeroCount(bits)];
                if (access.Counts(rule, subject) && Permits(rule, subject, request)) all = [.. all.Union(AskingRules.Others(rule))];
            }
        }

        return asking is null ? all : all.AddRange(asking.Find(subject, request));
    }
}
