using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Questions whether a person may have a right for a time: who may ask them, their facts, and the right that a grant gives.</summary>
internal static class AccessQuestions
{
    /// <summary>The beginning of the id of a question about a right.</summary>
    public const string IdPrefix = "acc-";

    /// <summary>Returns the rule of a right; null where the configuration has no such right.</summary>
    public static PolicyRule? RuleOf(GatewaySnapshot snapshot, string id) =>
        snapshot.Policy.Rules.FirstOrDefault(rule => rule is { Forbids: false, Access.GrantedBy: not null } && rule.Id == id);

    /// <summary>
    /// Returns whether the person of a token may ask for the right of a rule. Clients, scopes and strengths of the permit are about the token of the
    /// call: the person asks with another one, and each call meets the whole permit.
    /// </summary>
    public static bool IsEligible(PolicyRule rule, VerifiedToken person)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var people = rule.Who is { } who ? who with { Clients = null, Scopes = null, Strengths = null } : null;
        return people?.Matches(PolicySubjects.Of(person)) ?? true;
    }

    /// <summary>Returns whether the person of a token is one of those who grant the right of a rule.</summary>
    public static bool MayGrant(PolicyRule rule, VerifiedToken person)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Access?.GrantedBy?.Matches(PolicySubjects.Of(person)) == true;
    }

    /// <summary>
    /// Returns whether the policy forbids a person to answer for a server of a rule. As everywhere, it wins over every permit, and so over
    /// <c>grantedBy</c>.
    /// </summary>
    public static bool IsForbidden(GatewaySnapshot snapshot, PolicyRule rule, PolicySubject person, DateTimeOffset at) =>
        snapshot.Settings.Servers.Where(server => rule.Servers?.Contains(server.Name) ?? true).Any(server =>
            snapshot.Policy.Decide(person, new PolicyRequest(server.Name, "tools/call")
            { Direction = PolicyDirection.Approvals, OpenArguments = true, At = at }).Effect == PolicyEffect.Forbid);

    /// <summary>Returns the facts of a question.</summary>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="rule">The rule of the right.</param>
    /// <param name="person">The person who asks.</param>
    /// <param name="asked">What the person asks for.</param>
    public static ApprovalFacts FactsOf(GatewaySnapshot snapshot, PolicyRule rule, VerifiedToken person, AccessAsked asked) => new()
    {
        Issuer = person.Issuer,
        Subject = person.Subject,
        Client = person.ClientId,
        Endpoint = "",
        Server = "",
        Source = "",
        Method = "",
        Rules = [new AskingRule(rule.Id, "access", RuleText.Of(rule), IsOfPolicy: true)],
        Generation = snapshot.Generation,
        ExchangeId = "",
        Terms = new ApprovalTerms { Approvers = rule.Access!.Approvers },
        Access = asked,
    };

    /// <summary>Returns the right of a grant; null for a question about a call, or one whose facts cannot be opened any more.</summary>
    public static AccessRight? RightOf(ApprovalRow row, ApprovalFacts? facts) => row.Kind == ApprovalKind.Access && facts?.Access is { } asked
        ? new AccessRight(row.Id, facts.Issuer, facts.Subject, asked.Rule, facts.Rules[0].Text, row.Expires) : null;
}
