using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>
/// The relation that one rule is about everything that another is about. A yes is certain; a no may only mean that the texts of the two do not prove
/// it.
/// </summary>
internal static class RuleContainment
{
    private const string Fresh = "\uFFFE";
    private const int MostWildcards = 4;

    /// <summary>
    /// Returns true when the wide rule holds for every request for which the narrow one holds. A rule that holds only for people with an active right
    /// contains no other one.
    /// </summary>
    public static bool Covers(PolicyRule wide, PolicyRule narrow) =>
        wide.Access is null && CoversCallers(wide.Who, narrow.Who) && CoversNames(wide.Servers, narrow.Servers) && CoversDirections(wide, narrow)
        && CoversThings(wide, narrow) && wide.When.All(condition => narrow.When.Contains(condition)) && CoversVariables(wide, narrow);

    /// <summary>Returns true when every name that the narrow set has is in the wide one. Null means every name.</summary>
    public static bool CoversNames(NameSet? wide, NameSet? narrow)
    {
        if (wide is null) return true;
        // A letter that is in no pattern can only be matched by a wildcard, which then matches anything in its place.
        return narrow is not null && narrow.Names.All(name => wide.Contains(name.Replace("*", Fresh, StringComparison.Ordinal)));
    }

    private static bool CoversCallers(WhoClause? wide, WhoClause? narrow)
    {
        if (wide is null) return true;
        var other = narrow ?? new WhoClause();
        return CoversNames(wide.Issuers, other.Issuers) && CoversNames(wide.Subjects, other.Subjects) && CoversNames(wide.Clients, other.Clients)
            && CoversNames(wide.Scopes, other.Scopes) && CoversNames(wide.Roles, other.Roles) && CoversNames(wide.Groups, other.Groups)
            && CoversNames(wide.Strengths, other.Strengths);
    }

    private static bool CoversDirections(PolicyRule wide, PolicyRule narrow) =>
        Enum.GetValues<PolicyDirection>().All(direction => wide.SpeaksOf(direction) || !narrow.SpeaksOf(direction));

    // A rule without lists is about every known method. One that names a method in full may mean one that is not known.
    private static bool CoversThings(PolicyRule wide, PolicyRule narrow)
    {
        if (narrow.Methods is { } methods && !(wide.Methods is { } named && methods.Exact.All(named.HasExact)) && methods.Exact.Count > 0)
            return false;
        if (wide.ListsNothing) return true;
        if (narrow.ListsNothing) return false;
        return IsPart(wide.Methods, narrow.Methods) && IsPart(wide.Tools, narrow.Tools) && IsPart(wide.Prompts, narrow.Prompts)
            && (narrow.Resources is null
            || (wide.Resources is not null && narrow.Resources.Patterns.All(pattern => CoversUris(wide.Resources, pattern))));
    }

    private static bool IsPart(NameSet? wide, NameSet? narrow) => narrow is null || (wide is not null && CoversNames(wide, narrow));

    private static bool CoversUris(UriSet wide, UriPattern narrow)
    {
        if (wide.Patterns.Any(pattern => pattern.Text == narrow.Text)) return true;
        if (narrow.IsExact) return wide.Covers(narrow.Text) == Ternary.True;
        return wide.Patterns.Any(pattern => !pattern.IsExact && Samples(narrow).All(sample => pattern.Matches(sample)));
    }

    // Every wildcard is filled with text that only a wildcard of the same reach can match. The ones that may be empty are also left out.
    private static IEnumerable<string> Samples(UriPattern pattern)
    {
        var optional = pattern.Tokens.Count(token => token.Kind == UriTokenKind.Any);
        if (optional > MostWildcards) return ["\uFFFD"];
        return Enumerable.Range(0, 1 << optional).Select(set => Sample(pattern.Tokens, set));
    }

    private static string Sample(ImmutableArray<UriToken> tokens, int leftOut)
    {
        var at = 0;
        return string.Concat(tokens.Select(token => token.Kind switch
        {
            UriTokenKind.Literal => token.Text,
            UriTokenKind.Segment => Fresh,
            UriTokenKind.Rest => $"{Fresh}/{Fresh}",
            _ => (leftOut >> at++ & 1) == 0 ? $"{Fresh}/{Fresh}" : "",
        }));
    }

    // The value of a variable depends on the patterns as written.
    private static bool CoversVariables(PolicyRule wide, PolicyRule narrow)
    {
        if (!wide.When.Any(ConditionParts.ReadVariables)) return true;
        var (left, right) =
            (wide.Resources?.Patterns.Select(pattern => pattern.Text) ?? [], narrow.Resources?.Patterns.Select(pattern => pattern.Text) ?? []);
        return left.SequenceEqual(right, StringComparer.Ordinal);
    }
}
