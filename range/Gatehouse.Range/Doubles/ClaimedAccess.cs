using Gatehouse.Gateway.Access;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Range.Doubles;

/// <summary>Rights of groups by the claim of the token, as a permit with a list of groups has them.</summary>
internal sealed class ClaimedAccess(ActiveAccess real) : ActiveAccess(real)
{
    public override bool IsActive(PolicySubject subject, PolicyRule rule, string text) =>
        rule.Access?.Entra is { } assignment ? subject.Groups.Contains(assignment.Id.ToString("D")) : base.IsActive(subject, rule, text);
}
