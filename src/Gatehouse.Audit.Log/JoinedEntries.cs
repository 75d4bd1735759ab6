using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries of one owner that are counted instead of written each: their number, their begin, and their parts in sum, so that the counts of
/// authentications and decisions still agree (ID-08).
/// </summary>
internal sealed class JoinedEntries
{
    // More kinds than these are counted as others: an attacker chooses why it is refused.
    private const int MostKinds = 16;

    private readonly Dictionary<AuditPart, int> parts = [];
    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly string firstId;
    private readonly DateTimeOffset firstAt;
    private readonly IReadOnlyList<SealedFacts> personal; // sealed to the first id, which the count has too
    private AuditEntry last;

    private readonly bool isShared;

    /// <param name="first">The first entry.</param>
    /// <param name="isShared">True where the entries are of many owners: then the count names none of them.</param>
    public JoinedEntries(AuditEntry first, bool isShared)
    {
        this.isShared = isShared;
        firstId = first.ExchangeId;
        firstAt = first.At;
        personal = first.Personal;
        last = first;
    }

    public int Count { get; private set; }

    public void Add(AuditEntry entry)
    {
        Count++;
        last = entry;
        CountIn(codes, entry.Code ?? "none", "others", 1);
        // Details are rules, keys and checks: their number has no bound, that of reasons has.
        foreach (var part in entry.Parts)
            CountIn(parts, new AuditPart(part.Kind, part.Outcome, part.Reason), new AuditPart(part.Kind, part.Outcome, "others"), part.Count);
    }

    /// <summary>Returns the one entry, under the id of the first exchange that is counted in it.</summary>
    public AuditEntry ToEntry(DateTimeOffset now) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = firstId,
        At = now,
        Generation = last.Generation,
        Issuer = isShared ? null : last.Issuer,
        Subject = isShared ? null : last.Subject,
        Personal = isShared ? [] : personal,
        Parts = [.. parts.Select(part => part.Key with { Count = part.Value })],
        Owner = isShared ? null : last.Owner,
        Facts =
        [
            KeyValuePair.Create("act", "entries.joined"),
            .. isShared ? [KeyValuePair.Create("peer", "many")]
                : last.Issuer is null ? [KeyValuePair.Create("peer", last.Owner?.ToString() ?? "")] : Array.Empty<KeyValuePair<string, string>>(),
            KeyValuePair.Create("entries", Count.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("first", Text(firstAt)),
            KeyValuePair.Create("last", Text(last.At)),
            KeyValuePair.Create("codes", Codes()),
        ],
    };

    private string Codes()
    {
        var text = new StringBuilder();
        foreach (var (code, count) in codes) text.Append(text.Length == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{code}={count}");
        return text.ToString();
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static void CountIn<T>(Dictionary<T, int> counts, T what, T others, int count) where T : notnull
    {
        if (counts.Count >= MostKinds && !counts.ContainsKey(what)) what = others;
        counts[what] = counts.GetValueOrDefault(what) + count;
    }
}
