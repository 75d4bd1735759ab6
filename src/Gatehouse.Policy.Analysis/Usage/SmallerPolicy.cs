using System.Collections.Immutable;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>
/// The reduction of a policy. It writes the names that were used in place of patterns, then removes every part that is not needed. Admission only
/// shrinks with each removal, so one pass over all names leaves nothing removable.
/// </summary>
internal sealed class SmallerPolicy(IReadOnlyList<PolicyRule> rules, IReadOnlyList<UsedRequest> used)
{
    private static readonly ImmutableHashSet<PolicyDirection> Observable = [PolicyDirection.Calls, PolicyDirection.Lists, PolicyDirection.Logging];
    private readonly List<(PolicyRule Rule, string Original)> permits = [];

    // A permit that asks a person also restricts the calls that other permits admit, and one with a right for a time is meant for the rare case. So
    // both stay as they are.
    private readonly List<PolicyRule> asking = [.. rules.Where(Asks)];

    /// <summary>Returns true when events show the use of a permit.</summary>
    public static bool IsObservable(PolicyRule rule) => rule.Directions is null || rule.Directions.Overlaps(Observable);

    public IReadOnlyList<PolicyRule> Rules()
    {
        foreach (var rule in rules.Where(rule => !rule.Forbids && !Asks(rule) && IsObservable(rule)))
        {
            var uses = used.Where(one => one.Rules.Contains(rule.Id)).ToList();
            if (uses.Count == 0) continue;
            var written = Written(rule, uses);
            permits.Add((uses.All(one => one.Admits(written, rule.Id)) ? written : rule, rule.Id));
        }

        RemoveRules();
        for (var i = 0; i < permits.Count; i++) RemoveNames(i);
        var left = permits.ToDictionary(permit => permit.Original, permit => permit.Rule, StringComparer.Ordinal);
        return [.. rules.SelectMany(rule => Result(rule, left))];
    }

    // Requests from servers leave no event of their own, so it is unknown whether their permits are needed.
    private static IEnumerable<PolicyRule> Result(PolicyRule rule, Dictionary<string, PolicyRule> left)
    {
        if (rule.Forbids || Asks(rule) || !IsObservable(rule)) return [rule];
        var asks = rule.Directions?.Except(Observable) ?? [];
        var kept = left.TryGetValue(rule.Id, out var smaller);
        if (asks.IsEmpty || (kept && !rule.ListsNothing)) return kept ? [smaller!] : [];
        var asking = rule with { Id = $"{rule.Id}-asks", Directions = asks, Place = null };
        return kept ? [smaller! with { Directions = rule.Directions!.Except(asks) }, asking] : [asking];
    }

    // Patterns give way to the names that were used.
    private static PolicyRule Written(PolicyRule rule, List<UsedRequest> uses)
    {
        var requests = uses.Select(one => one.Request).ToList();
        foreach (var (list, values) in Values(requests))
        {
            if (RuleNames.Get(rule, list) is not { } names || !names.Any(name => name.Contains('*', StringComparison.Ordinal))) continue;
            var patterns = new NameSet(names);
            var needed = values.Where(patterns.Contains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (needed.Count > 0) rule = RuleNames.With(rule, list, needed);
        }

        return rule.ListsNothing ? Named(rule, requests) : rule;
    }

    private static IEnumerable<(string List, IEnumerable<string> Values)> Values(List<RecordedRequest> requests) =>
    [
        ("subjects", requests.Select(one => one.Caller.Subject)),
        ("clients", requests.Select(one => one.Caller.Client).OfType<string>()),
        ("roles", requests.SelectMany(one => one.Caller.Roles)),
        ("groups", requests.SelectMany(one => one.Caller.Groups)),
        ("servers", requests.Select(one => one.Request.Server)),
        ("tools", Named(requests, PolicyTarget.Tool)),
        ("prompts", Named(requests, PolicyTarget.Prompt)),
    ];

    private static IEnumerable<string> Named(IEnumerable<RecordedRequest> requests, PolicyTarget target) =>
        requests.Where(one => !one.IsCutShort && one.Request.Target == target).Select(one => one.Request.Name).OfType<string>();

    private static PolicyRule Named(PolicyRule rule, List<RecordedRequest> requests)
    {
        foreach (var (list, target) in new[] { ("tools", PolicyTarget.Tool), ("prompts", PolicyTarget.Prompt), ("resources", PolicyTarget.Resource) })
        {
            var names = Named(requests, target)
                .Where(name => target == PolicyTarget.Resource
                ? UriPattern.TryParse(name, out var exact, out _) && exact.IsExact : !name.Contains('*', StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (names.Count > 0) rule = RuleNames.With(rule, list, names);
        }

        var methods = requests.Where(one => one.Request.Target == PolicyTarget.None).Select(one => one.Request.Method)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return rule.ListsNothing || methods.Contains("logging/setLevel") ? RuleNames.With(rule, "methods", methods.Count > 0 ? methods : ["ping"])
            : rule;
    }

    private void RemoveRules()
    {
        for (var i = permits.Count - 1; i >= 0; i--)
        {
            var permit = permits[i];
            permits.RemoveAt(i);
            if (!AdmitAll(permit.Original)) permits.Insert(i, permit);
        }
    }

    private void RemoveNames(int at)
    {
        foreach (var name in RuleNames.Of(permits[at].Rule).ToList())
        {
            var (rule, original) = permits[at];
            if (RuleNames.Without(rule, name) is not { } smaller) continue;
            permits[at] = (smaller, original);
            if (!AdmitAll(original)) permits[at] = (rule, original);
        }
    }

    // Only requests that the permit could have admitted are concerned.
    private bool AdmitAll(string original) =>
        used.Where(one => one.Rules.Contains(original)).All(IsAdmitted);

    private bool IsAdmitted(UsedRequest one) =>
        permits.Any(permit => one.Admits(permit.Rule, permit.Original)) || asking.Any(rule => one.Admits(rule, rule.Id));

    private static bool Asks(PolicyRule rule) => !rule.Forbids && (rule.Approval is not null || rule.Access is not null);
}
