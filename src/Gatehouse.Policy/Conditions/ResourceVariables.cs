using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Conditions;

/// <summary>Conditions on variables of a resource pattern.</summary>
/// <remarks>
/// Threat: another person's object by its name (IDOR, CWE-639), with resources forgotten while tools are protected. A variable is part of a path:
/// with <c>..</c>, backslash, NUL or <c>%</c> in it, it is undecidable.
/// </remarks>
internal static class ResourceVariables
{
    public static Ternary Judge(ValueCondition condition, in ConditionScope scope)
    {
        ref readonly var request = ref scope.Request;
        if (request.Target == PolicyTarget.None) return Ternary.Open;
        if (request.Target != PolicyTarget.Resource || request.Name is null || scope.Resources is not { } resources) return Ternary.Undecidable;
        if (request.IsTemplate) return JudgeTemplate(condition, resources, request.Name, scope);
        var result = Ternary.None;
        foreach (var pattern in resources.Patterns)
        {
            if (!pattern.Matches(request.Name)) continue;
            // Two patterns that read the URI differently must come to one answer.
            var one = Judge(condition, pattern, request.Name, scope);
            if (result != Ternary.None && result != one) return Ternary.Undecidable;
            result = one;
        }

        return result == Ternary.None ? Ternary.Undecidable : result;
    }

    private static Ternary Judge(ValueCondition condition, UriPattern pattern, string uri, in ConditionScope scope)
    {
        if (!pattern.TryCapture(uri, condition.Source.Path.Parts[0], out var range)) return condition.Test.Judge(PolicyValue.Absent, scope);
        return Judge(condition, uri.AsSpan(range), scope);
    }

    // A template that is filled in part gives the values of some variables. A list leaves the others open. A completion would answer for all of them
    // together, so there they are undecidable.
    private static Ternary JudgeTemplate(ValueCondition condition, UriSet resources, string template, in ConditionScope scope)
    {
        var completes = scope.Request.Method == "completion/complete";
        var variable = condition.Source.Path.Parts[0];
        var read = new UriTemplate(template, completes);
        var marked = read.Marked;
        var result = Ternary.None;
        foreach (var pattern in resources.Patterns)
        {
            if (!read.Intersects(pattern)) continue;
            var isKnown = pattern.TryCapture(marked, variable, out var range) && !marked.AsSpan(range).Contains(UriTemplate.Mark);
            var one = isKnown ? Judge(condition, marked.AsSpan(range), scope) : completes ? Ternary.Undecidable : Ternary.Open;
            if (completes && result != Ternary.None && result != one) return Ternary.Undecidable;
            result |= one;
        }

        return result == Ternary.None ? Ternary.Undecidable : result;
    }

    private static Ternary Judge(ValueCondition condition, ReadOnlySpan<char> text, in ConditionScope scope) =>
        text.IndexOfAny('\\', '\0', '%') >= 0 || text.IndexOf("..", StringComparison.Ordinal) >= 0
            ? Ternary.Undecidable
            : condition.Test.Judge(PolicyValue.Of(text), scope);
}
