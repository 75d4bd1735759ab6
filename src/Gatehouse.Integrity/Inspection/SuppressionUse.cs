using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The suppressions during one inspection: those that hid something, and those that are over. For one thread.</summary>
public sealed class SuppressionUse
{
    private readonly IReadOnlyList<FindingSuppression> all;
    private readonly DateTimeOffset now;
    private readonly HashSet<FindingSuppression> used = [];

    internal SuppressionUse(IReadOnlyList<FindingSuppression> all, DateTimeOffset now)
    {
        this.all = all;
        this.now = now;
    }

    /// <summary>Returns the findings that no suppression hides.</summary>
    public IReadOnlyList<DefinitionFinding> Kept(string server, ServerDefinition definition, IReadOnlyList<DefinitionFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (all.Count == 0 || findings.Count == 0)
            return findings;
        var digest = new Lazy<string>(() => DefinitionDigest.Of(definition));
        return [.. findings.Where(finding => !Hides(server, definition, finding, digest))];
    }

    /// <summary>
    /// Returns the moment at which the verdict on a definition changes because a suppression ends, or the highest time when none does.
    /// </summary>
    public DateTimeOffset NextEnd(string server) =>
        all.Where(one => one.Server == server && one.Expires > now).Select(one => one.Expires).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    /// <summary>Returns the suppressions that are over, and those that hid nothing.</summary>
    public IEnumerable<(FindingSuppression Suppression, bool IsExpired)> Left() =>
        all.Where(one => one.Expires <= now || !used.Contains(one)).Select(one => (one, one.Expires <= now));

    private bool Hides(string server, ServerDefinition definition, DefinitionFinding finding, Lazy<string> digest)
    {
        var hides = false;
        foreach (var one in all)
        {
            if (one.Expires <= now || !one.IsAbout(server, definition, finding, digest))
                continue;
            used.Add(one);
            hides = true;
        }

        return hides;
    }
}
