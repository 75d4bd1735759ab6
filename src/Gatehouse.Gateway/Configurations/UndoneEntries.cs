using Gatehouse.Audit.Search;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// Entries <see cref="EntryActs.Applied"/> of configurations that did not come into force after all: an entry <see cref="EntryActs.Refused"/> undoes
/// each. It names the change of the one that it undoes. An earlier build named the digest only: it means the newest entry of that digest before it.
/// </summary>
internal static class UndoneEntries
{
    /// <summary>Returns the keys of the entries that are undone. Each entry that undoes has at most one.</summary>
    /// <param name="applied">Entries of configurations that were to come into force.</param>
    /// <param name="undoing">Entries that undo one. The one that it undoes may be missing, after archiving for example: then it undoes none.</param>
    public static IReadOnlySet<ChangeKey> Of(IEnumerable<ChangeEntry> applied, IEnumerable<ChangeEntry> undoing)
    {
        var open = applied.OrderBy(static one => one.At).ThenBy(static one => one.Key.Index).ToLookup(static one => one.Change is not null);
        var named = new Dictionary<string, ChangeEntry>(StringComparer.Ordinal);
        foreach (var one in open[true]) named[one.Change!] = one;
        var unnamed = open[false].GroupBy(static one => one.Digest).ToDictionary(static group => group.Key, static group => group.ToList());
        var undone = new HashSet<ChangeKey>();
        foreach (var one in undoing.OrderBy(static one => one.At).ThenBy(static one => one.Key.Index))
        {
            if (one.Change is { } change)
            {
                if (named.Remove(change, out var found)) undone.Add(found.Key);
            }
            else if (unnamed.TryGetValue(one.Digest, out var entries) && entries.FindLastIndex(entry => entry.At <= one.At) is >= 0 and var at)
            {
                undone.Add(entries[at].Key);
                entries.RemoveAt(at);
            }
        }

        return undone;
    }
}

/// <summary>An entry about a change of the configuration, as far as it decides which entry undoes which.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Digest">The configuration; empty where the entry names none.</param>
/// <param name="Change">The name of the change; null in an entry of an earlier build, and in that of a start.</param>
/// <param name="At">The time of the entry.</param>
internal sealed record ChangeEntry(ChangeKey Key, string Digest, string? Change, DateTimeOffset At)
{
    public static ChangeEntry Of(EntryFacts facts, EntryPosition? position) => new(
        new ChangeKey(position?.Log, position?.Index, facts.Id), facts.Given("digest") ?? "", facts.Given(EntryActs.ChangeFact), facts.At);
}

/// <summary>An entry of a log.</summary>
/// <param name="Log">The log; null where it is not known.</param>
/// <param name="Index">The index in the log; null where it is not known.</param>
/// <param name="Id">The id of the entry.</param>
internal readonly record struct ChangeKey(string? Log, long? Index, string? Id);
