using System.Collections.Frozen;

namespace Gatehouse.Policy.Matching;

/// <summary>Patterns of several rules, found by their first characters.</summary>
internal sealed class PatternTable
{
    private readonly (UriPattern Pattern, int Rule)[] patterns;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>>[] byPrefix;
    private readonly int[] lengths;

    public PatternTable(IEnumerable<(UriPattern Pattern, int Rule)> entries)
    {
        patterns = [.. entries];
        var groups = patterns.Select((entry, at) => (entry.Pattern.Prefix, at)).GroupBy(entry => entry.Prefix.Length).OrderBy(group => group.Key)
            .ToList();
        lengths = [.. groups.Select(group => group.Key)];
        byPrefix =
        [
            .. groups.Select(group => group.GroupBy(entry => entry.Prefix, StringComparer.Ordinal)
                .ToFrozenDictionary(same => same.Key, same => same.Select(entry => entry.at).ToArray(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>()),
        ];
    }

    /// <summary>Adds the rules of which a pattern matches.</summary>
    public void Match(ReadOnlySpan<char> uri, Span<ulong> into)
    {
        for (var i = 0; i < lengths.Length && lengths[i] <= uri.Length; i++)
        {
            if (!byPrefix[i].TryGetValue(uri[..lengths[i]], out var candidates)) continue;
            foreach (var at in candidates)
            {
                var (pattern, rule) = patterns[at];
                if ((into[rule >> 6] & 1UL << (rule & 63)) == 0 && pattern.Matches(uri)) into[rule >> 6] |= 1UL << (rule & 63);
            }
        }
    }
}
