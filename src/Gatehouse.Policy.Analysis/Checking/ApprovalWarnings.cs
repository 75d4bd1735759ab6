using System.Globalization;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>Warnings about obligations to ask a person that can have no answer, or that never ask.</summary>
public static class ApprovalWarnings
{
    /// <summary>Returns the warnings, in the order of the rules. A host of one person has none: there the person needs no rule.</summary>
    public static IReadOnlyList<PolicyWarning> Find(IReadOnlyList<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var answers = Answers(rules);
        return [.. rules.Where(rule => rule is { Forbids: false, Approval: not null }).SelectMany(rule => Of(rule, answers))];
    }

    /// <summary>Returns the permits that let people answer.</summary>
    public static IReadOnlyList<PolicyRule> Answers(IReadOnlyList<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return [.. rules.Where(rule => !rule.Forbids && rule.Directions?.Contains(PolicyDirection.Approvals) == true)];
    }

    private static IEnumerable<PolicyWarning> Of(PolicyRule rule, IReadOnlyList<PolicyRule> answers)
    {
        if (rule is { Methods: { Patterns.IsEmpty: true } methods, Tools: null, Prompts: null, Resources: null }
            && methods.Names.All(name => PolicyRequests.ClientMethods.Contains(name) && !PolicyRequests.NamesTarget(name)
            && name != "subscriptions/listen"))
        {
            yield return new PolicyWarning(rule.Id, rule.Place, "this rule asks for no approval, because its methods have no target",
                $"remove 'approval' from {rule.Id}, or name tools, prompts or resources");
        }
        else if (NeedsAnswer(rule) && !answers.Any(answer => CanAnswer(answer, rule)))
        {
            yield return new PolicyWarning(rule.Id, rule.Place, "no rule of the direction approvals lets a person answer the question of this rule",
                "add a permit with 'directions: [approvals]' for these servers and names");
        }
        else if (NeedsAnswer(rule) && MostPeople(answers.Where(answer => CanAnswer(answer, rule))) is { } most && most < rule.Approval!.Approvers)
        {
            var (needed, named) = (rule.Approval.Approvers.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture));
            yield return new PolicyWarning(rule.Id, rule.Place,
                $"this rule needs the grants of {needed} people, and the rules of the direction approvals name only {named}",
                "name more people in a permit with 'directions: [approvals]', or lower 'approvers'");
        }
    }

    // The number of people, where all rules name them one by one; null where it is not known. A person is an issuer and a subject.
    private static int? MostPeople(IEnumerable<PolicyRule> answers)
    {
        var people = new HashSet<(string Issuer, string Subject)>();
        foreach (var who in answers.Select(static answer => answer.Who))
        {
            if (who is not { Subjects.Patterns.IsEmpty: true } || who.Issuers?.Patterns.IsEmpty == false) return null;
            foreach (var issuer in who.Issuers?.Exact ?? [""]) people.UnionWith(who.Subjects.Exact.Select(name => (issuer, name)));
        }

        return people.Count;
    }

    // A confirmation is given by the caller, in the conversation that calls.
    private static bool NeedsAnswer(PolicyRule rule) => rule.Approval is { Strength: ApprovalStrength.Approval } or { OtherwiseApproval: true };

    private static bool CanAnswer(PolicyRule answer, PolicyRule asking) =>
        Meet(answer.Servers, asking.Servers) && (IsAboutAll(answer) || IsAboutAll(asking) || Meet(answer, asking));

    private static bool IsAboutAll(PolicyRule rule) => rule is { Tools: null, Prompts: null, Resources: null, Methods: null };

    // Methods and URIs: it is assumed that they meet. A warning must be right, so what is not certain gives none.
    private static bool Meet(PolicyRule one, PolicyRule other) =>
        one.Methods is not null || other.Methods is not null
        || (one.Resources is not null && other.Resources is not null)
        || (one.Tools is not null && other.Tools is not null && Meet(one.Tools, other.Tools))
        || (one.Prompts is not null && other.Prompts is not null && Meet(one.Prompts, other.Prompts));

    private static bool Meet(NameSet? one, NameSet? other)
    {
        if (one is null || other is null || (!one.Patterns.IsEmpty && !other.Patterns.IsEmpty)) return true;
        return one.Exact.Any(other.Contains) || other.Exact.Any(one.Contains);
    }
}
