namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The class of an entry. Each has keys of its own, so that each can have a retention of its own. The numbers are in the table of keys.
/// </summary>
public enum EntryClass
{
    /// <summary>Calls and what became of them.</summary>
    Calls = 1,

    /// <summary>Sign-ins, grants, consents and alarms of the authorization server.</summary>
    SignIns = 2,

    /// <summary>Acts of administration, and facts about the gateway.</summary>
    Administration = 3,

    /// <summary>Kept requests.</summary>
    Payloads = 4,
}

/// <summary>The classes of entries.</summary>
public static class EntryClasses
{
    /// <summary>All classes.</summary>
    public static IReadOnlyList<EntryClass> All { get; } = [EntryClass.Calls, EntryClass.SignIns, EntryClass.Administration, EntryClass.Payloads];

    /// <summary>Returns the class of an entry.</summary>
    public static EntryClass Of(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind != AuditEntryKind.Control) return EntryClass.Calls;
        foreach (var fact in entry.Facts)
        {
            if (fact.Key != "act") continue;
            if (fact.Value is "entries.joined" or "attempts.counted" or "approval.asked" or "approval.spent" or "approval.expired"
                or "approval.closed" or "confirmation.asked" or "confirmation.answered" or "confirmation.spent" or "confirmation.expired"
                or "confirmation.closed" or "quarantine.kept" or "quarantine.delivered" or "quarantine.expired") return EntryClass.Calls;
            return fact.Value == "alarm" || fact.Value.StartsWith("oauth.", StringComparison.Ordinal) ? EntryClass.SignIns : EntryClass.Administration;
        }

        return EntryClass.Administration;
    }

    /// <summary>Returns the word of a class, as configuration and entries have it.</summary>
    public static string Text(EntryClass entryClass) => entryClass switch
    {
        EntryClass.Calls => "calls",
        EntryClass.SignIns => "signIns",
        EntryClass.Administration => "administration",
        _ => "payloads",
    };
}
