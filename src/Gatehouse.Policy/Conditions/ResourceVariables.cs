namespace Gatehouse.Policy;

/// <summary>Conditions on variables of a resource pattern.</summary>
/// <remarks>
/// Threat: another person's object by its name (IDOR, CWE-639), with resources forgotten while tools are protected. A variable
/// is part of a path: with <c>..</c>, backslash, NUL or <c>%</c> in it, it is undecidable.
/// </remarks>
internal static class ResourceVariables
{
    public static Truths Judge(ValueCondition condition, in ConditionScope scope)
    {
        ref readonly var request = ref scope.Request;
        if (request.Target == PolicyTarget.None || request.IsTemplate) return Truths.Open;
        if (request.Target != PolicyTarget.Resource || request.Name is null || scope.Rule.Resources is not { } resources) return Truths.Undecidable;
        var result = Truths.None;
        foreach (var pattern in resources.Patterns)
        {
            if (!pattern.Matches(request.Name)) continue;
            // Two patterns that read the URI differently must come to one answer.
            var one = Judge(condition, pattern, request.Name, scope);
            if (result != Truths.None && result != one) return Truths.Undecidable;
            result = one;
        }

        return result == Truths.None ? Truths.Undecidable : result;
    }

    private static Truths Judge(ValueCondition condition, UriPattern pattern, string uri, in ConditionScope scope)
    {
        if (!pattern.TryCapture(uri, condition.Source.Path.Parts[0], out var range)) return condition.Test.Judge(PolicyValue.Absent, scope);
        var text = uri.AsSpan(range);
        return text.IndexOfAny('\\', '\0', '%') >= 0 || text.IndexOf("..", StringComparison.Ordinal) >= 0
            ? Truths.Undecidable
            : condition.Test.Judge(PolicyValue.Of(text), scope);
    }
}
