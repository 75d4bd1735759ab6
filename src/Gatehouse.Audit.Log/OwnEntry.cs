using System.Globalization;

namespace Gatehouse.Audit.Log;

/// <summary>Entries that the log writes about itself.</summary>
internal static class OwnEntry
{
    /// <summary>Returns an entry with the facts. The first fact is its act.</summary>
    public static AuditEntry Of(IReadOnlyList<KeyValuePair<string, string>> facts, long sequence, TimeProvider time) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = string.Create(CultureInfo.InvariantCulture, $"{facts[0].Value.Replace('.', '-')}-{sequence}"),
        At = time.GetUtcNow(),
        Facts = facts,
    };
}
