using System.Collections.Frozen;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Detection.PersonalData;

/// <summary>The words of <c>personal-labels.txt</c>. A row is <c>kind language: phrase; phrase</c>.</summary>
internal static class LabelTable
{
    /// <summary>The most words of a phrase; an ideograph counts as one.</summary>
    public const int LongestPhrase = 8;

    private static readonly HashSet<ulong> Last = [];
    // A table with open addresses, a quarter full: it is asked for every word before a candidate.
    private const int Bits = 14;
    private static readonly ulong[] Keys = new ulong[1 << Bits];
    private static readonly LabelEntry[] Entries = Read();
    private static readonly FrozenSet<ulong> LastOfNaming = Last.ToFrozenSet();

    /// <summary>Returns whether a word, by its hash, ends a phrase before names. Few words do, so that others need no closer look.</summary>
    public static bool IsLastOfNaming(ulong hash) => LastOfNaming.Contains(hash);

    /// <summary>Returns what is known of a phrase by its hash.</summary>
    public static LabelEntry Find(ulong hash)
    {
        for (var slot = (int)(hash >> (64 - Bits)); Keys[slot] != 0; slot = (slot + 1) & ((1 << Bits) - 1))
        {
            if (Keys[slot] == hash) return Entries[slot];
        }

        return default;
    }

    private static LabelEntry[] Read()
    {
        var entries = new Dictionary<ulong, LabelEntry>();
        foreach (var row in SecretTable.Rows("personal-labels.txt"))
        {
            var colon = row.IndexOf(':', StringComparison.Ordinal);
            var kind = Enum.Parse<LabelKinds>(row[..row.IndexOf(' ', StringComparison.Ordinal)].Replace("-", "", StringComparison.Ordinal), true);
            if (kind == LabelKinds.ThingWeak) kind |= LabelKinds.Thing;
            var country = row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..colon];
            var countries = country == "all" ? (kind == LabelKinds.NationalId ? ulong.MaxValue : 0) : char.IsAsciiLetterUpper(country[0])
                ? NationalIds.BitOf(country) : 0;
            foreach (var phrase in row[(colon + 1)..].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                Add(entries, phrase, kind, countries);
        }

        var table = new LabelEntry[1 << Bits];
        foreach (var (hash, entry) in entries)
        {
            var slot = (int)(hash >> (64 - Bits));
            while (Keys[slot] != 0) slot = (slot + 1) & ((1 << Bits) - 1);
            Keys[slot] = hash;
            table[slot] = entry;
        }

        return table;
    }

    private static void Add(Dictionary<ulong, LabelEntry> entries, string phrase, LabelKinds kind, ulong countries)
    {
        var hash = WordHash.Empty;
        for (var at = 0; at < phrase.Length;)
        {
            if (!WordHash.IsLetter(phrase[at]) && !WordHash.IsIdeograph(phrase[at]))
            {
                at++;
                continue;
            }

            var last = WordHash.Empty;
            WordHash.Read(phrase, at, ref last);
            at = WordHash.Read(phrase, at, ref hash);
            if (at == phrase.Length && kind is LabelKinds.Name or LabelKinds.AnyName or LabelKinds.Person or LabelKinds.Title) Last.Add(last);
            var known = entries.GetValueOrDefault(hash);
            entries[hash] = at == phrase.Length ? known with { Kinds = known.Kinds | kind, Countries = known.Countries | countries }
                : known with { IsBeginning = true };
        }
    }
}
