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
    private readonly CredentialTally credentials = new();
    private AuditEntry first; // the first entry; an attempt that is only counted where there is none
    private bool areOfOnePerson = true;
    private AuditEntry last;

    // The least and the greatest time. An entry has its time before it is added, and the clock may be set back, so the order of the entries is not
    // that of their times. The threat: a caller whose requests are refused concurrently would make the log contradict itself (ID-08).
    private DateTimeOffset earliest;
    private DateTimeOffset latest;

    private readonly string? sharedName;

    /// <param name="first">The first entry.</param>
    /// <param name="sharedName">The name of the owners together, where the entries are of many: then the count names none of them.</param>
    public JoinedEntries(AuditEntry first, string? sharedName)
    {
        this.sharedName = sharedName;
        this.first = first;
        last = first;
        earliest = latest = first.At;
    }

    /// <summary>Entries; attempts that are only counted are none.</summary>
    public int Count { get; private set; }

    public void Add(AuditEntry entry)
    {
        last = entry;
        if (entry.At < earliest) earliest = entry.At;
        if (entry.At > latest) latest = entry.At;
        if (Count == 0 && !entry.IsOnlyCounted) first = entry;
        areOfOnePerson = areOfOnePerson && AreOfSamePersons(entry.Personal);
        attempts.Add(entry.Attempts, entry.At);
        credentials.Add(entry.Credentials);
        if (entry.IsOnlyCounted) return;
        Count++;
        CountIn(codes, entry.Code ?? "none", "others", 1);
        // Details are rules, keys and checks: their number has no bound, that of reasons has.
        foreach (var part in entry.Parts)
            CountIn(parts, new AuditPart(part.Kind, part.Outcome, part.Reason), new AuditPart(part.Kind, part.Outcome, "others"), part.Count);
    }

    private bool AreOfSamePersons(IReadOnlyList<SealedFacts> others)
    {
        if (others.Count != first.Personal.Count) return false;
        for (var i = 0; i < others.Count; i++)
        {
            if (others[i].Pseudonym != first.Personal[i].Pseudonym) return false;
        }

        return true;
    }

    /// <summary>
    /// Returns the one entry, under the id of the first exchange that is counted in it: the facts about its person are sealed to that id.
    /// </summary>
    public AuditEntry ToEntry(DateTimeOffset now) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = first.ExchangeId,
        At = now,
        Generation = last.Generation,
        Issuer = sharedName is null ? last.Issuer : null,
        Subject = sharedName is null ? last.Subject : null,
        ReadingGroups = sharedName is null ? first.ReadingGroups : [],
        Personal = sharedName is null && areOfOnePerson ? first.Personal : [],
        Peer = sharedName ?? (last.Issuer is null ? last.Peer ?? last.Owner?.ToString() ?? "" : null),
        Parts = [.. parts.Select(part => part.Key with { Count = part.Value })],
        Attempts = attempts.ToList(),
        Credentials = credentials.ToList(),
        Owner = sharedName is null ? last.Owner : null,
        IsOwnerStranger = last.IsOwnerStranger,
        Facts = Count > 0 ? [Fact("act", "entries.joined"), Fact("entries", Count.ToString(CultureInfo.InvariantCulture)), .. Times(), Fact("codes", Codes())]
            : [Fact("act", "attempts.counted"), .. Times()],
    };

    private KeyValuePair<string, string>[] Times() => [Fact("first", Text(earliest)), Fact("last", Text(latest))];

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
