using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Files;

/// <summary>What may be written where a scope belongs.</summary>
public static partial class ScopeNames
{
    /// <summary>Finds what is wrong with a scope.</summary>
    /// <param name="scope">The text.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    /// <param name="remedy">What to do about it; null when nothing is wrong.</param>
    public static bool IsFaulty(string scope, [NotNullWhen(true)] out string? fault, [NotNullWhen(true)] out string? remedy)
    {
        ArgumentNullException.ThrowIfNull(scope);
        (fault, remedy) = scope switch
        {
            _ when scope.Contains('*', StringComparison.Ordinal) =>
                ("a wildcard in a scope matches more scopes than intended", "name the scopes one by one"),
            "offline_access" => ("offline_access concerns only a client and its issuer, and gives no permission here", "remove it"),
            _ when !Form().IsMatch(scope) => ("this is not a scope (RFC 6749 section 3.3)", "write it without spaces, quotes and backslashes"),
            _ => ((string?)null, (string?)null),
        };
        return fault is not null;
    }

    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]{1,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
