using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Writing;

/// <summary>The text of a rule that an approval is bound to.</summary>
public static class RuleText
{
    /// <summary>
    /// Returns the meaning of a rule in one canonical form, without its id and description. Two rules with the same text decide alike.
    /// </summary>
    public static string Of(PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return PolicyWriter.Meaning(rule);
    }
}
