using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.PartialEvaluations;

/// <summary>The possible and certain effect of one rule, given the known facts.</summary>
internal static class RulePartialEvaluation
{
    public static (bool May, bool Must) Of(PolicyRule rule, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        if (rule.Servers?.Contains(request.Server) == false || !RuleCoverage.SpeaksOfDirection(rule, request)) return (false, false);
        if (known.Outcome(rule) is { } held) return (held, held);
        var open = request.LeavesArgumentsOpen;
        if (open && rule.Forbids && rule.ReadsArguments) return (false, false); // as decisions do
        var target = RuleCoverage.Judge(rule, request);
        if (open && !rule.Forbids && (target & Ternary.True) != 0) target = Ternary.True;
        var rest = TernaryLogic.And(TernaryLogic.And(Callers(rule.Who, subject, known), target), Access(rule));
        var conditions = Conditions(rule, subject, request, known);
        // A list takes an open condition as satisfied. A condition that is open because a fact is unknown stays open.
        if (open && (conditions & Ternary.True) != 0 && IsKnown(rule, subject, request, known)) conditions = Ternary.True;
        var all = TernaryLogic.And(rest, conditions);
        return rule.Forbids ? ((all & ~Ternary.False) != 0, (all & Ternary.False) == 0) : ((all & Ternary.True) != 0, all == Ternary.True);
    }

    /// <summary>Returns the facts that decide whether the rule holds, and that are not known.</summary>
    public static IEnumerable<string> UnknownFacts(PolicyRule rule, PolicySubject subject, PolicyRequest request, PolicyKnowledge known)
    {
        var who = rule.Who ?? new WhoClause();
        foreach (var (kind, asked, names) in new[]
            {
                ("role", who.Roles, subject.Roles), ("scope", who.Scopes, subject.Scopes), ("strength", who.Strengths, subject.Strengths),
                ("group", who.Groups, subject.Groups),
            })
        {
            if (asked is null) continue;
            if (kind == "group" && subject.GroupsAreIncomplete) yield return "all groups of the caller";
            else if ((Names(kind, asked, names, known) & Ternary.False) != 0 && !known.KnowsAbsence(kind, asked))
                yield return $"{kind} {string.Join(" or ", asked.Names)} of the caller";
        }

        if (rule.Access is not null) yield return "the rights for a time of the caller";
        foreach (var leaf in rule.When.SelectMany(ConditionParts.Leaves).Where(leaf => !IsKnown(leaf, subject, request, known)))
        {
            yield return leaf is not ValueCondition value ? "the time"
                : value.Source.Kind == ValueSourceKind.Variable && value.Test is ClaimTest test ? $"claim {test.Claim}" : value.Source.ToString();
        }
    }

    // Whether a person has a right at a moment is not known before, nor long after.
    private static Ternary Access(PolicyRule rule) => rule.Access is null ? Ternary.True : Ternary.True | Ternary.False;

    private static Ternary Callers(WhoClause? who, PolicySubject subject, PolicyKnowledge known)
    {
        if (who is null) return Ternary.True;
        var certain = who with { Roles = null, Groups = null, Scopes = null, Strengths = null };
        var result = certain.Judge(subject);
        result = TernaryLogic.And(result, Names("role", who.Roles, subject.Roles, known));
        result = TernaryLogic.And(result, Names("scope", who.Scopes, subject.Scopes, known));
        result = TernaryLogic.And(result, Names("strength", who.Strengths, subject.Strengths, known));
        return TernaryLogic.And(result, who.Groups is not null && subject.GroupsAreIncomplete
            ? Ternary.Undecidable : Names("group", who.Groups, subject.Groups, known));
    }

    private static Ternary Names(string kind, NameSet? asked, IReadOnlyList<string> names, PolicyKnowledge known)
    {
        if (asked is null || asked.ContainsAny(names)) return Ternary.True;
        return known.KnowsAbsence(kind, asked) ? Ternary.False : Ternary.True | Ternary.False;
    }

    private static Ternary Conditions(PolicyRule rule, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        var scope = new ConditionScope(subject, in request, rule.Resources);
        var result = Ternary.True;
        foreach (var condition in rule.When) result = TernaryLogic.And(result, Judge(condition, scope, known));
        return result;
    }

    private static Ternary Judge(Condition condition, in ConditionScope scope, PolicyKnowledge known)
    {
        switch (condition)
        {
            case NotCondition not:
                return TernaryLogic.Not(Judge(not.Part, scope, known));
            case AllCondition all:
                var every = Ternary.True;
                foreach (var part in all.Parts) every = TernaryLogic.And(every, Judge(part, scope, known));
                return every;
            case AnyCondition any:
                var some = Ternary.False;
                foreach (var part in any.Parts) some = TernaryLogic.Or(some, Judge(part, scope, known));
                return some;
            default:
                return IsKnown(condition, scope.Subject, scope.Request, known) ? condition.Judge(scope) : Unknown(condition, scope.Request);
        }
    }

    private static bool IsKnown(PolicyRule rule, PolicySubject subject, PolicyRequest request, PolicyKnowledge known) =>
        rule.When.SelectMany(ConditionParts.Leaves).All(leaf => IsKnown(leaf, subject, request, known));

    private static bool IsKnown(Condition leaf, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        if (leaf is TimeCondition) return request.At != default;
        if (leaf is not ValueCondition value) return false;
        if (value.Source.Kind == ValueSourceKind.Argument && request.LeavesArgumentsOpen) return true; // it is open, whatever it is compared with
        if (value.Test is ClaimTest test && !known.KnowsClaim(test.Claim.Parts[0])) return false;
        return value.Source.Kind switch
        {
            ValueSourceKind.Argument => known.Arguments,
            ValueSourceKind.Claim => known.KnowsClaim(value.Source.Path.Parts[0]) || known.KnowsComparison(leaf, subject),
            _ => true,
        };
    }

    // Every request has its time. Presence is never undecidable, but where it is asked inside a value that is no object.
    private static Ternary Unknown(Condition leaf, in PolicyRequest request) =>
        leaf is TimeCondition && !request.IsTemplate ? Ternary.True | Ternary.False : Ternary.Open;
}
