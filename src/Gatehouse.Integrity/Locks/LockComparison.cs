using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>The comparison of a server's definitions with the lock.</summary>
public static class LockComparison
{
    /// <summary>The share of equal words from which two definitions count as the same under another name.</summary>
    public const double SimilarFrom = 0.75;

    // Beyond so many candidates names are not compared. Both are reported as missing and new, which withholds them too.
    private const int MostPairs = 10_000;
    private const int MostWords = 1_000;

    /// <summary>Compares the definitions. The findings are in the order of the lock, then new ones in the order of the server.</summary>
    public static IReadOnlyList<LockFinding> Compare(LockedServer locked, IReadOnlyList<ServerDefinition> observed)
    {
        ArgumentNullException.ThrowIfNull(locked);
        ArgumentNullException.ThrowIfNull(observed);
        ILookup<(DefinitionKind, string), ServerDefinition> now = observed.ToLookup(one => (one.Kind, one.Name));
        List<LockFinding> findings =
            [.. locked.Definitions.Select(known => Known(locked, known, [.. now[(known.Definition.Kind, known.Definition.Name)]]))];
        findings.AddRange(observed.Where(one => locked.Find(one.Kind, one.Name) is null).Select(one => new LockFinding(LockState.New, null, one)));
        return Renames(findings);
    }

    // Two of one name are never equal to one: whichever a client uses, the other was not approved.
    private static LockFinding Known(LockedServer locked, LockedDefinition known, List<ServerDefinition> now)
    {
        if (now.Count == 0)
            return new LockFinding(LockState.Missing, known, null);
        if (now.Count > 1 || DefinitionDigest.Of(now[0], locked.Rules) != known.Digest)
            return new LockFinding(LockState.Different, known, now[^1]);
        var plain = locked.Rules.Count == 0 || DefinitionDigest.Of(now[0]) == DefinitionDigest.Of(known.Definition);
        return new LockFinding(plain ? LockState.Equal : LockState.Volatile, known, now[0]);
    }

    private static List<LockFinding> Renames(List<LockFinding> findings)
    {
        List<LockFinding> gone = [.. findings.Where(finding => finding.State == LockState.Missing)];
        List<LockFinding> came = [.. findings.Where(finding => finding.State == LockState.New)];
        if ((long)gone.Count * came.Count > MostPairs)
            return findings;
        var words = gone.Select(finding => finding.Locked!.Definition).Concat(came.Select(finding => finding.Observed!))
            .ToDictionary(one => one, Words);
        foreach (var missing in gone)
        {
            var best = came.Where(finding => finding.Observed!.Kind == missing.Locked!.Definition.Kind)
                .MaxBy(finding => Similarity(words[missing.Locked!.Definition], words[finding.Observed!]));
            if (best is null || Similarity(words[missing.Locked!.Definition], words[best.Observed!]) < SimilarFrom)
                continue;
            came.Remove(best);
            findings.Remove(best);
            findings[findings.IndexOf(missing)] = new LockFinding(LockState.ProbablyRenamed, missing.Locked, best.Observed);
        }

        return findings;
    }

    private static HashSet<string> Words(ServerDefinition definition) => ReadableTexts.Of(definition)
        .Where(text => text.IsMemberName || text.Text != definition.Name)
        .SelectMany(text => text.Text.Split([' ', '\n', '\t', '.', ',', '/', '_', '-'], StringSplitOptions.RemoveEmptyEntries))
        .Take(MostWords).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static double Similarity(HashSet<string> one, HashSet<string> other)
    {
        var common = one.Count(other.Contains);
        return one.Count + other.Count == 0 ? 0 : (double)common / (one.Count + other.Count - common);
    }
}
