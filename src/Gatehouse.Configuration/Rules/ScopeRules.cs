using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Files;

namespace Gatehouse.Configuration.Rules;

/// <summary>Scopes of servers and administrators.</summary>
internal static class ScopeRules
{
    public static void Check(ConfiguredItem scope, FaultList faults)
    {
        if (ScopeNames.IsFaulty(scope.Text, out var fault, out var remedy)) faults.Add(scope, fault, remedy);
    }
}
