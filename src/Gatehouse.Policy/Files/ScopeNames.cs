using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Files;

/// <summary>The texts that may be written in place of a scope.</summary>
public static partial class ScopeNames
{
    /// <summary>Finds the fault of a scope.</summary>
    /// <param name="scope">The text.</param>
    /// <param name="fault">The fault; null when there is none.</param>
    /// <param name="remedy">The remedy; null when there is no fault.</param>
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
