using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Files;

/// <summary>Reads <c>remember</c> and <c>rememberFor</c> of <c>approval</c>.</summary>
internal static class RememberReader
{
    private const string Key = "remember";
    private const string LongestKey = "rememberFor";
    private const string None = "none";
    private const string PathPrefix = "path:";

    /// <summary>Reads what may be remembered, and the argument of a path. Nothing where there is a fault.</summary>
    public static (RememberScope Scope, string? Argument) Read(PolicyMap map, ApprovalStrength strength, int approvers)
    {
        if (map.Text(Key) is not { } text || text == None) return default;
        if (strength == ApprovalStrength.Confirm)
        {
            map.Fault(Key, "a confirmation is never remembered", "remove it, or write 'strength: approval'");
            return default;
        }

        if (approvers > 1)
        {
            map.Fault(Key, "where several people approve, nothing is remembered", "remove it, or write 'approvers: 1'");
            return default;
        }

        switch (text)
        {
            case "arguments": return (RememberScope.Arguments, null);
            case "uri": return (RememberScope.Path, null);
        }

        if (text.StartsWith(PathPrefix, StringComparison.Ordinal) && JsonPath.TryParse(text[PathPrefix.Length..], out var path)
            && !path!.HasWildcard) return (RememberScope.Path, path.Text);
        map.Fault(Key, "this is not an allowed value", "write none, arguments, uri, or path: with the name of an argument, e.g. path:file");
        return default;
    }

    /// <summary>Reads the longest time for which an approval is remembered; null where there is none.</summary>
    public static TimeSpan? Longest(PolicyMap map, RememberScope scope)
    {
        if (map.Text(LongestKey) is not { } text) return null;
        if (scope == RememberScope.None)
        {
            map.Fault(LongestKey, "without 'remember' nothing is remembered, so this has no effect", "remove it, or add 'remember: arguments'");
            return null;
        }

        if (PolicyDurations.Read(text) is { } span && span >= ApprovalTerms.ShortestLife && span <= ApprovalTerms.LongestMemory) return span;
        map.Fault(LongestKey, "this is not a time span from 1m to 365d", "write a whole number with its unit, e.g. 8h or 7d");
        return null;
    }
}
