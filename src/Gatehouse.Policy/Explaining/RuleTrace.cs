using System.Collections.Immutable;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Explaining;

/// <summary>The evaluation of one rule for a request.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Checks">Every check of the rule, in the order caller, server, direction, target, access, conditions.</param>
/// <param name="Applies">True when the rule counts: a permit that holds, or a forbid that holds or cannot be decided.</param>
public sealed record RuleTrace(PolicyRule Rule, ImmutableArray<RuleCheck> Checks, bool Applies)
{
    /// <summary>True when the rule is about this server and this thing, whatever the caller, its rights and the conditions.</summary>
    public bool IsAboutTarget => Checks.All(check => check.Kind is "caller" or "access" or "condition" || Speaks(check));

    /// <summary>The checks that kept the rule from counting.</summary>
    public IEnumerable<RuleCheck> Failed => Applies ? [] : Checks.Where(check => !Speaks(check));

    private bool Speaks(RuleCheck check) =>
        Rule.Forbids ? (check.Outcome & Ternary.False) == 0 : (check.Outcome & Ternary.True) != 0;
}
