using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Index;

/// <summary>
/// The rules that name a name in one of their lists. Exact names are found by hash, patterns by the text before their first wildcard, so that the
/// cost grows with the patterns that could match and not with the rules. Where many patterns begin with a wildcard, their results for a name are
/// remembered, for so many names as a gateway's servers may have and no more.
/// </summary>
internal sealed class NameIndex
{
    private const int FewPatterns = 8;
    private const int MostRemembered = 4096;
    private const int LongestRemembered = 256;
    private readonly FrozenDictionary<string, ulong[]> exact;
    private readonly PrefixGroup[] prefixes;
    private readonly ConcurrentDictionary<string, ulong[]>? remembered;
    private int room = MostRemembered;

    public NameIndex(IReadOnlyList<PolicyRule> rules, Func<PolicyRule, NameSet?> list)
    {
        var words = RuleBits.WordsFor(rules.Count);
        Unasked = new ulong[words];
        var byName = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
        var byPattern = new Dictionary<string, PatternBits>(StringComparer.Ordinal);
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (list(rules[rule]) is not { } names)
            {
                RuleBits.Set(Unasked, rule);
                continue;
            }

            foreach (var name in names.Exact) RuleBits.Set(BitsOf(byName, name, words), rule);
            foreach (var pattern in names.Patterns)
            {
                if (!byPattern.TryGetValue(pattern.Text, out var bits))
                    byPattern.Add(pattern.Text, bits = new PatternBits(pattern, new ulong[words]));
                RuleBits.Set(bits.Rules, rule);
            }
        }

        exact = byName.ToFrozenDictionary(StringComparer.Ordinal);
        if (byPattern.Values.Count(bits => bits.Prefix.Length == 0) > FewPatterns)
            remembered = new ConcurrentDictionary<string, ulong[]>(StringComparer.Ordinal);
        prefixes = [.. byPattern.Values.GroupBy(bits => bits.Prefix.Length).OrderBy(group => group.Key)
            .Select(group => new PrefixGroup(group.Key, group))];
    }

    /// <summary>The rules without such a list.</summary>
    public ulong[] Unasked { get; }

    /// <summary>Adds the rules that name the name.</summary>
    public void Match(string name, Span<ulong> into)
    {
        MatchExact(name, into);
        if (remembered is null) MatchPatterns(name, into);
        else if (remembered.TryGetValue(name, out var known)) RuleBits.Or(into, known);
        else Remember(name, into);
    }

    /// <summary>Adds the rules that name the name without a wildcard.</summary>
    public void MatchExact(string name, Span<ulong> into)
    {
        if (exact.TryGetValue(name, out var bits)) RuleBits.Or(into, bits);
    }

    private void MatchPatterns(string name, Span<ulong> into)
    {
        foreach (var group in prefixes)
        {
            if (group.Length > name.Length) return;
            group.Match(name, into);
        }
    }

    // Invented names fill the room and cost their own time; the names of servers were there first.
    private void Remember(string name, Span<ulong> into)
    {
        var found = new ulong[into.Length];
        MatchPatterns(name, found);
        RuleBits.Or(into, found);
        if (name.Length <= LongestRemembered && Interlocked.Decrement(ref room) >= 0) remembered!.TryAdd(name, found);
        else Volatile.Write(ref room, 0);
    }

    private static ulong[] BitsOf(Dictionary<string, ulong[]> table, string name, int words)
    {
        if (!table.TryGetValue(name, out var bits)) table.Add(name, bits = new ulong[words]);
        return bits;
    }

    private sealed record PatternBits(NamePattern Pattern, ulong[] Rules)
    {
        public string Prefix { get; } = Pattern.Text[..Pattern.Text.IndexOf('*', StringComparison.Ordinal)];

        // "get_*" asks for nothing more than its prefix.
        public bool IsPrefixAlone { get; } = Pattern.Text.IndexOf('*', StringComparison.Ordinal) == Pattern.Text.Length - 1;
    }

    private sealed class PrefixGroup
    {
        private readonly FrozenDictionary<string, PatternBits[]>.AlternateLookup<ReadOnlySpan<char>> byPrefix;

        public PrefixGroup(int length, IEnumerable<PatternBits> patterns)
        {
            Length = length;
            byPrefix = patterns.GroupBy(bits => bits.Prefix, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public int Length { get; }

        public void Match(string name, Span<ulong> into)
        {
            if (!byPrefix.TryGetValue(name.AsSpan(0, Length), out var patterns)) return;
            foreach (var bits in patterns)
            {
                if (bits.IsPrefixAlone || bits.Pattern.Matches(name)) RuleBits.Or(into, bits.Rules);
            }
        }
    }
}
