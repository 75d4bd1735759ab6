using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Index;

/// <summary>
/// The rules that name a resource. Exact URIs are found by hash, patterns by their first characters, and forbids also under every spelling.
/// </summary>
internal sealed class ResourceIndex
{
    private readonly FrozenDictionary<string, ulong[]> exact;
    private readonly PatternTable patterns;
    private readonly ForbiddenUris forbidden;
    private readonly IReadOnlyList<PolicyRule> rules;

    // The rules of a template depend on nothing of the caller: they are kept with the list that holds the text, and with this policy.
    private readonly ConditionalWeakTable<string, ulong[]> listed = new();

    public ResourceIndex(IReadOnlyList<PolicyRule> rules)
    {
        this.rules = rules;
        var words = RuleBits.WordsFor(rules.Count);
        var byUri = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
        var list = new List<(UriPattern Pattern, int Rule)>();
        var forbids = new List<(UriPattern Pattern, int Rule)>();
        for (var rule = 0; rule < rules.Count; rule++)
        {
            foreach (var pattern in rules[rule].Resources?.Patterns ?? [])
            {
                if (rules[rule].Forbids) forbids.Add((pattern, rule));
                if (!pattern.IsExact) list.Add((pattern, rule));
                else if (byUri.TryGetValue(pattern.Text, out var bits)) RuleBits.Set(bits, rule);
                else RuleBits.Set(byUri[pattern.Text] = new ulong[words], rule);
            }
        }

        exact = byUri.ToFrozenDictionary(StringComparer.Ordinal);
        patterns = new PatternTable(list);
        forbidden = new ForbiddenUris(forbids);
    }

    /// <summary>Adds the rules that cover the URI: permits for which that is certain, forbids also where it is undecidable.</summary>
    public void Match(string uri, Span<ulong> into)
    {
        if (exact.TryGetValue(uri, out var bits)) RuleBits.Or(into, bits);
        forbidden.Match(uri, into);
        if (!UriHazard.IsIn(uri)) patterns.Match(uri, into);
    }

    /// <summary>
    /// Adds the rules that could cover an expansion of the template, forbids only when they cover all. Where the template is being completed the
    /// reverse: permits that cover all, and forbids that could cover one.
    /// </summary>
    public void MatchTemplate(string template, bool completes, Span<ulong> into)
    {
        // What a caller completes is a text of its own.
        RuleBits.Or(into, completes ? RulesOf(new UriTemplate(template, completes: true))
            : listed.GetValue(template, text => RulesOf(new UriTemplate(text, completes: false))));
    }

    private ulong[] RulesOf(UriTemplate template)
    {
        var bits = new ulong[RuleBits.WordsFor(rules.Count)];
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (rules[rule].Resources is not { } resources) continue;
            var covered = resources.CoversTemplate(template);
            if (rules[rule].Forbids ? (covered & Ternary.False) == 0 : (covered & Ternary.True) != 0) RuleBits.Set(bits, rule);
        }

        return bits;
    }
}
