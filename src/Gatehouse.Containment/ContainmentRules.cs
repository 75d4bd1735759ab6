using System.Collections.Immutable;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>
/// The forbid rules of a snapshot for contained servers, tools and users. A forbid wins over every permit and over an external decision point, in
/// every direction, so no method of a later revision and no rule that is added goes round a containment.
/// </summary>
/// <remarks>
/// A client has no rule: of a caller without a client id such a rule would be undecidable, and undecidable counts as forbidden. Its tokens are
/// refused (<see cref="ContainedCallers"/>). A session has none either: its handle is refused.
/// </remarks>
internal static class ContainmentRules
{
    private static readonly ImmutableHashSet<PolicyDirection> Everything = [.. Enum.GetValues<PolicyDirection>()];

    /// <summary>Returns the rules.</summary>
    public static IReadOnlyList<PolicyRule> Of(ContainedSet contained) =>
        contained.All.Count == 0 ? [] : [.. contained.All.Select(RuleOf).OfType<PolicyRule>()];

    private static PolicyRule? RuleOf(Contained one)
    {
        var rule = new PolicyRule { Id = ContainmentRuleIds.Of(one.Id), Forbids = true, Directions = Everything };
        return one.Facts.Kind switch
        {
            ContainmentKind.Server => rule with { Servers = NameSet.Literal(one.Facts.Name) },
            ContainmentKind.Tool => rule with { Servers = NameSet.Literal(one.Facts.Name), Tools = NameSet.Literal(one.Facts.Tool) },
            ContainmentKind.User => rule with
            {
                Who = new WhoClause { Issuers = NameSet.Literal(one.Facts.Issuer), Subjects = NameSet.Literal(one.Facts.Name) },
            },
            _ => null,
        };
    }
}
