using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The suppressions during one inspection: which hid something, which are over. For one thread.</summary>
public sealed class SuppressionUse
{
    private readonly IReadOnlyList<FindingSuppression> _all;
    private readonly DateTimeOffset _now;
    private readonly HashSet<FindingSuppression> _used = [];

    internal SuppressionUse(IReadOnlyList<FindingSuppression> all, DateTimeOffset now)
    {
        _all = all;
        _now = now;
    }

    /// <summary>The findings that no suppression hides.</summary>
    public IReadOnlyList<DefinitionFinding> Kept(string server, ServerDefinition definition, IReadOnlyList<DefinitionFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (_all.Count == 0 || findings.Count == 0)
            return findings;
        var digest = new Lazy<string>(() => DefinitionDigest.Of(definition));
        return [.. findings.Where(finding => !Hides(server, definition, finding, digest))];
    }

    /// <summary>When the verdict on a definition changes because a suppression ends; the highest time when none does.</summary>
    public DateTimeOffset NextEnd(string server) => _all.Where(one => one.Server == server && one.Expires > _now).Select(one => one.Expires).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    /// <summary>The suppressions that are over, and those that hid nothing.</summary>
    public IEnumerable<(FindingSuppression Suppression, bool IsExpired)> Left() =>
        _all.Where(one => one.Expires <= _now || !_used.Contains(one)).Select(one => (one, one.Expires <= _now));

    private bool Hides(string server, ServerDefinition definition, DefinitionFinding finding, Lazy<string> digest)
    {
        bool hides = false;
        foreach (FindingSuppression one in _all)
        {
            if (one.Expires <= _now || !one.IsAbout(server, definition, finding, digest))
                continue;
            _used.Add(one);
            hides = true;
        }

        return hides;
    }
}
