using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Decisions;

/// <summary>The rights that people have for a time. A decision asks it about a permit with terms of access, and about no other rule.</summary>
public interface IActiveAccess
{
    /// <summary>Returns whether a person has the right of a rule now. Safe for concurrent use.</summary>
    /// <param name="subject">The caller.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="text">The text of the rule: a right that was granted for another text is none.</param>
    bool IsActive(PolicySubject subject, PolicyRule rule, string text);
}
