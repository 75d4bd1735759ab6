using System.Collections.Immutable;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Index;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The possible targets, a request for each class.</summary>
internal sealed class UniverseResources(ImmutableArray<PolicyRule> rules,
    Func<IEnumerable<IEnumerable<PatternStep>>, string, IReadOnlyList<string>> find)
{
    private static readonly string[] OnResources = ["resources/read", "resources/subscribe", "resources/unsubscribe", "subscriptions/listen"];

    public IReadOnlyList<UniverseResource> All()
    {
        var tools = find(Names(rule => rule.Tools), "");
        var prompts = find(Names(rule => rule.Prompts), "");
        var resources = find(rules.SelectMany(rule => rule.Resources?.Patterns ?? []).DistinctBy(pattern => pattern.Text).Select(PatternStep.Of),
            "/?#");
        var requests = Enum.GetValues<PolicyDirection>().SelectMany(direction =>
            tools.Select(name => Named("tools/call", PolicyTarget.Tool, name))
                .Concat(prompts.Select(name => Named("prompts/get", PolicyTarget.Prompt, name)))
                .Concat(resources.Concat(resources.SelectMany(Plain)).Concat(Hazards())
                .Concat(Schemes().SelectMany(scheme => new[] { $"{scheme}://xyz/xyz", $"{scheme}:///xyz" }))
                .SelectMany(uri => OnResources.Select(method => Named(method, PolicyTarget.Resource, uri))))
                .Concat(prompts.Select(name => Named("completion/complete", PolicyTarget.Prompt, name) with { OpenArguments = true }))
                .Concat(Methods(direction))
                .Select(request => request with { Direction = direction }));
        var classes = requests.Select(request => new UniverseResource(request, Bits(request))).DistinctBy(Class);
        return [.. classes, .. Filled().Select(uri => Named("resources/read", PolicyTarget.Resource, uri))
            .Select(request => new UniverseResource(request, Bits(request)))];
    }

    private static PolicyRequest Named(string method, PolicyTarget target, string name) => new("", method, target, name);

    private IEnumerable<IEnumerable<PatternStep>> Names(Func<PolicyRule, NameSet?> list) =>
        rules.Select(list).OfType<NameSet>().SelectMany(set => set.Names).Distinct(StringComparer.Ordinal).Select(PatternStep.Of);

    // Methods that name nothing; those that clients do not send must be written in full.
    private IEnumerable<PolicyRequest> Methods(PolicyDirection direction)
    {
        if (direction != PolicyDirection.Calls) return PolicyRequests.KnownMethods.Select(method => new PolicyRequest("", method));
        var known = PolicyRequests.ClientMethods.Select(method => new PolicyRequest("", method));
        var written = rules.SelectMany(rule => rule.Methods?.Exact ?? []).Where(method => !PolicyRequests.ClientMethods.Contains(method));
        return known.Concat(written.Append("vendor/unknown").Distinct(StringComparer.Ordinal)
            .Select(method => new PolicyRequest("", method, KnownMethod: false)));
    }

    // The shortest text of a class may be one that servers read differently, which no permit by pattern covers. Then longer ones of the same scheme
    // represent those that a permit does cover.
    private static IEnumerable<string> Plain(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !UriHazard.IsIn(uri)) return [];
        var rest = uri[(colon + 1)..].TrimStart('/');
        return new[] { $"{uri[..colon]}:///{rest}x", $"{uri[..colon]}://{rest}x/x", $"{uri[..colon]}://x/{rest}x",
            $"{uri[..colon]}:x{rest}" }.Where(one => !UriHazard.IsIn(one));
    }

    // A URI that servers read differently, of each scheme there is a pattern of, and of another.
    private IEnumerable<string> Hazards() => Schemes().Select(scheme => scheme + "://../x");

    // Those of patterns, and one that none has.
    private IEnumerable<string> Schemes()
    {
        var patterns = rules.SelectMany(rule => rule.Resources?.Patterns ?? []).Select(pattern => pattern.Prefix)
            .Where(prefix => prefix.Contains(':', StringComparison.Ordinal));
        return patterns.Select(prefix => prefix[..prefix.IndexOf(':', StringComparison.Ordinal)]).Append("other").Distinct(StringComparer.Ordinal);
    }

    // Where a condition compares a variable, the URI with that value.
    private IEnumerable<string> Filled() =>
        from rule in rules
        from leaf in rule.When.SelectMany(ConditionParts.Leaves).OfType<ValueCondition>()
        where leaf.Source.Kind == ValueSourceKind.Variable
        from pattern in rule.Resources?.Patterns ?? []
        from value in Values(leaf.Test)
        select Fill(pattern, leaf.Source.Path.Parts[0], value);

    private static IEnumerable<string> Values(ValueTest test) => test switch
    {
        InTest one => one.Values.Where(value => value.Kind == PolicyValueKind.Text).Select(value => value.Value.Text.ToString()),
        PrefixTest prefix => [prefix.Prefix + "x"],
        PatternTest pattern => RegexSample.Of(pattern.Pattern),
        ClaimTest => [PolicyCaller.AnySubject],
        _ => [],
    };

    private static string Fill(UriPattern pattern, string variable, string value) => string.Concat(pattern.Tokens.Select(token => token.Kind switch
    {
        UriTokenKind.Literal => token.Text,
        UriTokenKind.Any => "",
        _ => token.Text == variable ? value : "x",
    }));

    private ulong[] Bits(PolicyRequest request)
    {
        var bits = new ulong[RuleBits.WordsFor(rules.Length)];
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i];
            if (!RuleCoverage.SpeaksOfDirection(rule, request) || (rule.Forbids && request.LeavesArgumentsOpen && rule.ReadsArguments)) continue;
            var covered = RuleCoverage.Judge(rule, request);
            if (rule.Forbids ? (covered & Ternary.False) == 0 : (covered & Ternary.True) != 0) RuleBits.Set(bits, i);
        }

        return bits;
    }

    private static string Class(UniverseResource thing) =>
        $"{thing.Request.Direction} {thing.Request.Target} {thing.Request.LeavesArgumentsOpen} {string.Join(',', thing.Bits)}";
}
