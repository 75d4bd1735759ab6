using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A server compared with the lock and judged as the gateway would judge it now.</summary>
/// <param name="Observed">The server.</param>
/// <param name="Locked">As the lock has it, or null where it has none.</param>
/// <param name="Attributes">Pinned attributes that have changed, in words: name, before, now.</param>
/// <param name="Definitions">Its definitions.</param>
public sealed record VerifiedServer(
    ObservedServer Observed, LockedServer? Locked, IReadOnlyList<(string Attribute, string Before, string Now)> Attributes,
    IReadOnlyList<VerifiedDefinition> Definitions)
{
    /// <summary>True when all of it is as it must be.</summary>
    public bool IsGood => Locked is not null && Attributes.Count == 0 && Observed.Unpinnable.Count == 0 && Definitions.All(one => one.IsGood);

    /// <summary>Compares and judges the server.</summary>
    /// <param name="file">The lock.</param>
    /// <param name="observed">The server.</param>
    /// <param name="rules">The conditions under which an approval counts.</param>
    /// <param name="now">The time of the judgement.</param>
    public static VerifiedServer Of(LockFile file, ObservedServer observed, ApprovalRules rules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(observed);
        var locked = file.Find(observed.Name);
        var compared = locked ?? new LockedServer(observed.Name, observed.Identity.Source, []);
        List<VerifiedDefinition> definitions = [];
        foreach (var finding in LockComparison.Compare(compared, observed.Definitions))
        {
            if (finding.Observed is not { } seen)
            {
                definitions.Add(new VerifiedDefinition(finding, null, null));
                continue;
            }

            var digest = DefinitionGate.DigestOf(locked, seen, null);
            definitions.Add(new VerifiedDefinition(finding, DefinitionGate.Decide(locked, observed.Identity, seen, digest, rules, now), digest));
        }

        return new VerifiedServer(observed, locked, locked is null ? [] : Differences(locked, observed.Identity), definitions);
    }

    private static List<(string, string, string)> Differences(LockedServer locked, ServerIdentity now)
    {
        List<(string, string, string)> found = [];
        Add("source", (locked.Source.Names(now.Source) ? now.Source : locked.Source).ToString(), now.Source.ToString());
        Add("version", locked.Version ?? "none", now.Version ?? "none");
        Add("command", string.Join(' ', locked.Command), string.Join(' ', now.Command));
        return found;

        void Add(string attribute, string before, string after)
        {
            if (before != after)
                found.Add((attribute, before, after));
        }
    }
}
