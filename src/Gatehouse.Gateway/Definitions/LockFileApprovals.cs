using System.Globalization;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The entries of approvals that are written into a lock file and that a reload is about to put in force (AU-01). The person edits a file on any
/// machine, so that the gateway records it where it sees it first.
/// </summary>
internal static class LockFileApprovals
{
    /// <summary>The most entries of one reload; the number of the others is in one entry.</summary>
    public const int Most = 200;

    /// <summary>Records what differs.</summary>
    /// <param name="note">Writes an entry, which is durable with the next durable one.</param>
    /// <param name="before">The lock in force.</param>
    /// <param name="after">The lock that is about to be in force.</param>
    /// <param name="generation">The generation of the configuration with it.</param>
    public static void Record(Action<string, (string Name, string Value)[]> note, LockFile before, LockFile after, long generation)
    {
        ArgumentNullException.ThrowIfNull(note);
        if (ReferenceEquals(before, after)) return;
        var (old, next) = (Approved(before), Approved(after));
        var changes = next.Except(old).Select(static one => ("lock.approved", one))
            .Concat(old.Except(next).Select(static one => ("lock.withdrawn", one))).ToList();
        var number = generation.ToString(CultureInfo.InvariantCulture);
        foreach (var (act, one) in changes.Take(Most))
        {
            note(act, [("generation", number), ("server", one.Server), ("digest", one.Digest), ("definition", one.Definition), ("by", one.By),
                ("reason", one.Reason)]);
        }

        if (changes.Count > Most)
            note("lock.changed", [("generation", number), ("count", (changes.Count - Most).ToString(CultureInfo.InvariantCulture))]);
    }

    private static HashSet<Line> Approved(LockFile file) =>
    [
        .. file.Servers.SelectMany(static server =>
            server.Definitions.Where(static one => one.Approval is not null).Select(one => Of(server.Name, one, one.Approval!))),
    ];

    private static Line Of(string server, LockedDefinition one, Approval approval) => new(
        server, one.Digest, $"{DefinitionKinds.Text(one.Definition.Kind)}/{one.Definition.Name}".TrimEnd('/'), approval.By, approval.Reason, approval.At);

    private sealed record Line(string Server, string Digest, string Definition, string By, string Reason, DateTimeOffset At);
}
