using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Rules;

/// <summary>
/// One sentence of the policy: these subjects may (or may not) use these things of these servers, under these conditions.
/// </summary>
/// <remarks>
/// A rule that lists tools, prompts, resources or methods is only about those. A rule that lists none is about every known method and every name. A
/// rule that names no direction is about calls and lists. Methods without a target (handshake, lists, notifications) are open to each caller to which
/// any permit of the server for calls or lists applies: without them no client could use what it is permitted to use. The same rules decide, entry by
/// entry, what a list shows.
/// </remarks>
public sealed record PolicyRule
{
    /// <summary>Unique id; appears in events and explanations.</summary>
    public required string Id { get; init; }

    /// <summary>The purpose of the rule, in a sentence.</summary>
    public string? Description { get; init; }

    /// <summary>The place of the rule, e.g. <c>team.yaml:12</c>; null for a rule made in code.</summary>
    public string? Place { get; init; }

    /// <summary>True for a forbid rule.</summary>
    public bool Forbids { get; init; }

    /// <summary>The subjects, or null for every authenticated caller.</summary>
    public WhoClause? Who { get; init; }

    /// <summary>The servers, or null for all.</summary>
    public NameSet? Servers { get; init; }

    /// <summary>Tools.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Prompts.</summary>
    public NameSet? Prompts { get; init; }

    /// <summary>Resources.</summary>
    public UriSet? Resources { get; init; }

    /// <summary>Methods. The only way to permit a method that no revision knows is to write its full name here.</summary>
    public NameSet? Methods { get; init; }

    /// <summary>Directions, or null for calls and lists.</summary>
    public ImmutableHashSet<PolicyDirection>? Directions { get; init; }

    /// <summary>Conditions; all must hold.</summary>
    public ImmutableArray<Condition> When { get; init; } = [];

    /// <summary>The obligations that must be fulfilled for the permit to count.</summary>
    public ImmutableArray<Obligation> Obligations { get; init; } = [];

    /// <summary>
    /// The terms under which people get the right of this permit for a time; null for a permit that always holds. Without an active right it permits
    /// nothing.
    /// </summary>
    public AccessTerms? Access { get; init; }

    /// <summary>The terms of the obligation to ask a person; null when the rule does not ask.</summary>
    public ApprovalTerms? Approval
    {
        get
        {
            foreach (var obligation in Obligations)
            {
                if (obligation.Kind == ObligationKind.Approval) return obligation.Approval ?? ApprovalTerms.Default;
            }

            return null;
        }
    }

    /// <summary>True when a condition reads arguments. Lists pass over a forbid that does.</summary>
    public bool ReadsArguments => When.Any(condition => condition.ReadsArguments);

    internal bool ListsNothing => Tools is null && Prompts is null && Resources is null && Methods is null;

    internal bool SpeaksOf(PolicyDirection direction) =>
        Directions?.Contains(direction) ?? direction is PolicyDirection.Calls or PolicyDirection.Lists;

    /// <summary>Judges the conditions together.</summary>
    internal Ternary JudgeConditions(PolicySubject subject, in PolicyRequest request)
    {
        if (When.IsEmpty) return Ternary.True;
        var scope = new ConditionScope(subject, in request, Resources);
        var result = Ternary.True;
        foreach (var condition in When)
        {
            result = TernaryLogic.And(result, condition.Judge(scope));
            if (result == Ternary.False) break;
        }

        return result;
    }
}
