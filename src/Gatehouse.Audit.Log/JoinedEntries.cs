using System.Globalization;
using System.Text;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Entries and attempts of one owner that are counted instead of written each: their number, their begin, their parts in sum, and each attempt to
/// authenticate by place and reason, so that the counts of attempts and decisions still agree (ID-08).
/// </summary>
internal sealed class JoinedEntries
{
    // More kinds than these are counted as others: an attacker chooses why it is refused.
    private const int MostKinds = 16;

    private readonly Dictionary<AuditPart, int> parts = [];
    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly AttemptTally attempts = new();
    private readonly string firstId;
    private readonly DateTimeOffset firstAt;
    private readonly IReadOnlyList<string> readingGroups; // where they are not sealed
    private IReadOnlyList<SealedFacts> personal; // sealed to the first id, which the count has too; none where the entries are of several persons
    private AuditEntry last;

    private readonly string? sharedName;

    /// <param name="first">The first entry.</param>
    /// <param name="sharedName">The name of the owners together, where the entries are of many: then the count names none of them.</param>
    public JoinedEntries(AuditEntry first, string? sharedName)
    {
        this.sharedName = sharedName;
        firstId = first.ExchangeId;
        firstAt = first.At;
        readingGroups = first.ReadingGroups;
        personal = first.Personal;
        last = first;
    }

    /// <summary>Entries; attempts that are only counted are none.</summary>
    public int Count { get; private set; }

    public void Add(AuditEntry entry)
    {
        last = entry;
        if (!AreOfSamePersons(entry.Personal)) personal = [];
        attempts.Add(entry.Attempts, entry.At);
        if (entry.IsOnlyCounted) return;
        Count++;
        CountIn(codes, entry.Code ?? "none", "others", 1);
        // Details are rules, keys and checks: their number has no bound, that of reasons has.
        foreach (var part in entry.Parts)
            CountIn(parts, new AuditPart(part.Kind, part.Outcome, part.Reason), new AuditPart(part.Kind, part.Outcome, "others"), part.Count);
    }

    private bool AreOfSamePersons(IReadOnlyList<SealedFacts> others)
    {
        if (personal.Count == 0) return true;
        if (others.Count != personal.Count) return false;
        for (var i = 0; i < others.Count; i++)
        {
            if (others[i].Pseudonym != personal[i].Pseudonym) return false;
        }

        return true;
    }

    /// <summary>Returns the one entry, under the id of the first exchange that is counted in it.</summary>
    public AuditEntry ToEntry(DateTimeOffset now) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = firstId,
        At = now,
        Generation = last.Generation,
        Issuer = sharedName is null ? last.Issuer : null,
        Subject = sharedName is null ? last.Subject : null,
        ReadingGroups = sharedName is null && Count > 0 ? readingGroups : [],
        Personal = sharedName is null ? personal : [],
        Peer = sharedName ?? (last.Issuer is null ? last.Peer ?? last.Owner?.ToString() ?? "" : null),
        Parts = [.. parts.Select(part => part.Key with { Count = part.Value })],
        Attempts = attempts.ToList(),
        Owner = sharedName is null ? last.Owner : null,
        Facts = Count > 0 ? [Fact("act", "entries.joined"), Fact("entries", Count.ToString(CultureInfo.InvariantCulture)), .. Times(), Fact("codes", Codes())]
            : [Fact("act", "attempts.counted"), .. Times()],
    };

    private KeyValuePair<string, string>[] Times() => [Fact("first", Text(firstAt)), Fact("last", Text(last.At))];

    private static KeyValuePair<string, string> Fact(string name, string value) => KeyValuePair.Create(name, value);

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
