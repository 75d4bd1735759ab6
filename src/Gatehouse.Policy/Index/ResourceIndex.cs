using System.Collections.Frozen;

namespace Gatehouse.Policy;

/// <summary>Which rules name a resource. Exact URIs by hash, patterns by their first characters.</summary>
internal sealed class ResourceIndex
{
    private readonly FrozenDictionary<string, ulong[]> exact;
    private readonly (UriPattern Pattern, int Rule)[] patterns;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>>[] byPrefix;
    private readonly int[] lengths;
    private readonly IReadOnlyList<PolicyRule> rules;

    public ResourceIndex(IReadOnlyList<PolicyRule> rules)
    {
        this.rules = rules;
        var words = RuleBits.WordsFor(rules.Count);
        var byUri = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
        var list = new List<(UriPattern Pattern, int Rule)>();
        for (var rule = 0; rule < rules.Count; rule++)
        {
            foreach (var pattern in rules[rule].Resources?.Patterns ?? [])
            {
                if (!pattern.IsExact) list.Add((pattern, rule));
                else if (byUri.TryGetValue(pattern.Text, out var bits)) RuleBits.Set(bits, rule);
                else RuleBits.Set(byUri[pattern.Text] = new ulong[words], rule);
            }
        }

        exact = byUri.ToFrozenDictionary(StringComparer.Ordinal);
        patterns = [.. list];
        var groups = patterns.Select((entry, at) => (entry.Pattern.Prefix, at)).GroupBy(entry => entry.Prefix.Length).OrderBy(group => group.Key).ToList();
        lengths = [.. groups.Select(group => group.Key)];
        byPrefix =
        [
            .. groups.Select(group => group.GroupBy(entry => entry.Prefix, StringComparer.Ordinal)
                .ToFrozenDictionary(same => same.Key, same => same.Select(entry => entry.at).ToArray(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>()),
        ];
    }

    /// <summary>Adds the rules that cover the URI: permits for which that is certain, forbids also where it is undecidable.</summary>
    public void Match(string uri, ReadOnlySpan<ulong> forbids, Span<ulong> into)
    {
        if (exact.TryGetValue(uri, out var bits)) RuleBits.Or(into, bits);
        if (UriHazard.IsIn(uri)) MatchHazardous(uri, forbids, into);
        else MatchPatterns(uri, into);
    }

    /// <summary>Adds the rules that could cover an expansion of the template; forbids only when they cover all.</summary>
    public void MatchTemplate(string template, Span<ulong> into)
    {
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (rules[rule].Resources is not { } resources) continue;
            var covered = resources.CoversTemplate(template);
            if (rules[rule].Forbids ? (covered & Truths.False) == 0 : (covered & Truths.True) != 0) into[rule >> 6] |= 1UL << (rule & 63);
        }
    }

    private void MatchPatterns(string uri, Span<ulong> into)
    {
        for (var i = 0; i < lengths.Length && lengths[i] <= uri.Length; i++)
        {
            if (!byPrefix[i].TryGetValue(uri.AsSpan(0, lengths[i]), out var candidates)) continue;
            foreach (var at in candidates)
            {
                var (pattern, rule) = patterns[at];
                if ((into[rule >> 6] & 1UL << (rule & 63)) == 0 && pattern.Matches(uri)) into[rule >> 6] |= 1UL << (rule & 63);
            }
        }
    }

    private void MatchHazardous(string uri, ReadOnlySpan<ulong> forbids, Span<ulong> into)
    {
        foreach (var (pattern, rule) in patterns)
        {
            var bit = 1UL << (rule & 63);
            if ((forbids[rule >> 6] & bit) != 0 && UriHazard.SharesScheme(pattern.Prefix, uri)) into[rule >> 6] |= bit;
        }
    }
}
