namespace Gatehouse.Audit;

/// <summary>
/// Seals the personal facts of entries before they are written. The threat: a log that can never be rewritten keeps what it says about a person
/// indefinitely, although the person may ask for erasure (GDPR, article 17).
/// </summary>
public interface IEntryProtector
{
    /// <summary>Returns the entry with its personal facts in <see cref="AuditEntry.Personal"/> only. Safe for concurrent use.</summary>
    /// <exception cref="AuditUnavailableException">There is no key for them. The entry must not be written as it is.</exception>
    AuditEntry Protect(AuditEntry entry);

    /// <summary>Looks whether entries of persons who have no key yet can be sealed.</summary>
    /// <returns>The reason why they cannot, in words for the operator; null where they can.</returns>
    string? Fault() => null;
}
