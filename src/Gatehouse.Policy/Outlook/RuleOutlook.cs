namespace Gatehouse.Policy;

/// <summary>Whether one rule may count and whether it must, given what is known.</summary>
internal static class RuleOutlook
{
    public static (bool May, bool Must) Of(PolicyRule rule, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        if (rule.Servers?.Contains(request.Server) == false || !RuleCoverage.SpeaksOfDirection(rule, request)) return (false, false);
        if (known.Held is not null && known.Held == PolicyWriter.Meaning(rule)) return (true, true);
        var open = request.LeavesArgumentsOpen;
        if (open && rule.Forbids && rule.ReadsArguments) return (false, false); // as decisions do
        var target = RuleCoverage.Judge(rule, request);
        if (open && !rule.Forbids && (target & Truths.True) != 0) target = Truths.True;
        var rest = TruthLogic.And(Callers(rule.Who, subject, known), target);
        var conditions = Conditions(rule, subject, request, known);
        // A list takes an open condition as satisfied; what is open because nobody knows stays open.
        if (open && (conditions & Truths.True) != 0 && IsKnown(rule, subject, request, known)) conditions = Truths.True;
        var all = TruthLogic.And(rest, conditions);
        return rule.Forbids ? ((all & ~Truths.False) != 0, (all & Truths.False) == 0) : ((all & Truths.True) != 0, all == Truths.True);
    }

    private static Truths Callers(WhoClause? who, PolicySubject subject, PolicyKnowledge known)
    {
        if (who is null) return Truths.True;
        var certain = who with { Roles = null, Groups = null, Scopes = null, Strengths = null };
        var result = certain.Judge(subject);
        result = TruthLogic.And(result, Names("role", who.Roles, subject.Roles, known));
        result = TruthLogic.And(result, Names("scope", who.Scopes, subject.Scopes, known));
        result = TruthLogic.And(result, Names("strength", who.Strengths, subject.Strengths, known));
        return TruthLogic.And(result, who.Groups is not null && subject.GroupsAreIncomplete ? Truths.Undecidable : Names("group", who.Groups, subject.Groups, known));
    }

    private static Truths Names(string kind, NameSet? asked, IReadOnlyList<string> names, PolicyKnowledge known)
    {
        if (asked is null || asked.ContainsAny(names)) return Truths.True;
        return known.KnowsAbsence(kind, asked) ? Truths.False : Truths.True | Truths.False;
    }

    private static Truths Conditions(PolicyRule rule, PolicySubject subject, in PolicyRequest request, PolicyKnowledge known)
    {
        var scope = new ConditionScope(subject, in request, rule);
        var result = Truths.True;
        foreach (var condition in rule.When) result = TruthLogic.And(result, Judge(condition, scope, known));
        return result;
    }

    private static Truths Judge(Condition condition, in ConditionScope scope, PolicyKnowledge known)
    {
        switch (condition)
        {
            case NotCondition not:
                return TruthLogic.Not(Judge(not.Part, scope, known));
            case AllCondition all:
                var every = Truths.True;
                foreach (var part in all.Parts) every = TruthLogic.And(every, Judge(part, scope, known));
                return every;
            case AnyCondition any:
                var some = Truths.False;
                foreach (var part in any.Parts) some = TruthLogic.Or(some, Judge(part, scope, known));
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
        if (value.Test is ClaimTest test && !known.KnowsClaim(test.Claim.Parts[0])) return false;
        return value.Source.Kind switch
        {
            ValueSourceKind.Argument => known.Arguments || request.LeavesArgumentsOpen,
            ValueSourceKind.Claim => known.KnowsClaim(value.Source.Path.Parts[0]) || known.KnowsComparison(leaf, subject),
            _ => true,
        };
    }

    // Every request has its time. Presence is never undecidable, but where it is asked inside a value that is no object.
    private static Truths Unknown(Condition leaf, in PolicyRequest request) => leaf is TimeCondition && !request.IsTemplate ? Truths.True | Truths.False : Truths.Open;
}
