using System.Text.RegularExpressions;
using Gatehouse.Gateway.Configuration.Reading;

namespace Gatehouse.Gateway.Configuration.Rules;

/// <summary>Scopes of servers and of policy.</summary>
internal static partial class ScopeRules
{
    public static void Check(ConfiguredItem scope, FaultList faults)
    {
        if (scope.Text.Contains('*', StringComparison.Ordinal))
            faults.Add(scope, "a wildcard in a scope asks for more than anybody meant to give", "name the scopes one by one");
        else if (scope.Text == "offline_access")
            faults.Add(scope, "offline_access is between a client and its issuer: it gives no right here", "remove it");
        else if (!ScopeForm().IsMatch(scope.Text))
            faults.Add(scope, "this is not a scope (RFC 6749 section 3.3)", "write it without spaces, quotes and backslashes");
    }

    [GeneratedRegex(@"^[\x21\x23-\x5B\x5D-\x7E]{1,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeForm();
}
