namespace Gatehouse.Corpus;

/// <summary>
/// The rules that keep the corpus honest: a set of few templates would measure how well a detector knows the templates. A text that breaks one is
/// taken out by hand, never changed by a program.
/// </summary>
public static class CorpusRules
{
    /// <summary>The largest part of its shingles that a text may share with one of another pair.</summary>
    public const double MostShared = 0.3;

    /// <summary>The most texts that may begin, or end, with one sentence.</summary>
    public const int MostOfOneEnd = 3;

    /// <summary>Returns the texts that share too many of their words with a text of another pair.</summary>
    public static IEnumerable<string> FindAlike(IReadOnlyList<CorpusEntry> entries)
    {
        var index = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var sizes = new int[entries.Count];
        for (var at = 0; at < entries.Count; at++)
        {
            var shingles = MaskedWords.Shingles(entries[at].Text);
            sizes[at] = shingles.Count;
            foreach (var (other, shared) in Shared(index, shingles, at))
            {
                var part = (double)shared / Math.Min(sizes[at], sizes[other]);
                if (entries[at].Pair != entries[other].Pair && part > MostShared)
                    yield return $"{entries[at].Id} and {entries[other].Id} share {part:P0} of their runs of four words; take one out";
            }
        }
    }

    /// <summary>Returns the sentences with which too many texts begin or end.</summary>
    public static IEnumerable<string> FindCommonEnds(IReadOnlyList<CorpusEntry> entries)
    {
        var ends = entries.Select(entry => (entry.Id, Ends: MaskedWords.Ends(entry.Text))).Where(entry => entry.Ends is not null).ToList();
        var all = ends.GroupBy(entry => "begin with: " + entry.Ends!.Value.First).Concat(ends.GroupBy(entry => "end with: " + entry.Ends!.Value.Last));
        return all.Where(group => group.Count() > MostOfOneEnd)
            .Select(group => $"{group.Count()} texts {group.Key} ({string.Join(", ", group.Select(entry => entry.Id))}); take {group.Count() - MostOfOneEnd} out");
    }

    private static Dictionary<int, int> Shared(Dictionary<string, List<int>> index, HashSet<string> shingles, int at)
    {
        var shared = new Dictionary<int, int>();
        foreach (var shingle in shingles)
        {
            if (!index.TryGetValue(shingle, out var owners)) index[shingle] = owners = [];
            foreach (var other in owners) shared[other] = shared.GetValueOrDefault(other) + 1;
            owners.Add(at);
        }

        return shared;
    }
}
