using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>
/// The order of the logs of a folder. A log ends when the next one names it in its first entry. A log that no other names and that is not the newest
/// is neither alive nor ended. A log says in its first entry why it began.
/// </summary>
internal static class LogSuccession
{
    /// <summary>Returns a gap for each log that did not end as it should, or that is not there.</summary>
    public static IEnumerable<LogGap> GapsOf(ILogSource source)
    {
        var before = (Birth?)null;
        foreach (var name in source.Logs())
        {
            // Where the first entries are in an archive, the log says nothing about the one before it.
            var birth = BirthOf(source, name);
            if (birth is { HasFirst: true } && FaultOf(before, birth) is { } broken) yield return new LogGap { Kind = LogGap.Log, What = broken };
            if (AuditLogSuccession.FaultOf(birth.Reason) is { } fault)
            {
                var what = $"{name} began because the log before it {fault}; gatehouse audit verify compares both";
                yield return new LogGap { Kind = LogGap.Log, What = what };
            }

            before = birth;
        }
    }

    private static string? FaultOf(Birth? before, Birth birth)
    {
        if (birth.Origin is null) return $"{birth.Name} does not begin with the entry that says what it is";
        if (before is null) return birth.Previous is null ? null : $"{birth.Name} names {birth.Previous} as the log before it, which is not in the folder";
        if (!before.HasFirst || birth.Previous == before.Origin) return null;
        return $"{before.Name} has no end: {birth.Name} names {birth.Previous ?? "no log"} as the log before it";
    }

    private static Birth BirthOf(ILogSource source, string name)
    {
        foreach (var entry in source.ReadFrom(new EntryPosition(name, 0)))
        {
            if (entry.Position.Log != name || entry.Position.Index > 0) break;
            using var document = JsonDocument.Parse(entry.Json);
            var facts = new EntryFacts(document.RootElement);
            var isBirth = facts.Act == "log.birth";
            return new Birth(name, true, isBirth ? facts.Text("log") : null, isBirth ? facts.Text("previous") : null, isBirth ? facts.Text("reason") : null);
        }

        return new Birth(name, false, null, null, null);
    }

    private sealed record Birth(string Name, bool HasFirst, string? Origin, string? Previous, string? Reason);
}
