using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Privacy;

/// <summary>Seals the personal facts of entries, each person's under that person's key.</summary>
public sealed class EntryProtector(SubjectKeys keys) : IEntryProtector
{
    // Bounds within a box, so that an entry with two boxes stays below what a bundle can hold. A subject and a client id are never cut below the
    // first.
    private const int LargestText = 1024;
    private const int ShortText = 96;
    private const int LargestList = 256;
    private const int ShortList = 8;
    private const int LargestFacts = 64;
    private const int LargestPlain = 12 << 10;

    // The box is no text that anything reads before it is opened: no escaping for terminals here.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? cachedPlain;

    [ThreadStatic]
    private static Utf8JsonWriter? cachedWriter;

    /// <inheritdoc />
    public AuditEntry Protect(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var hasFacts = HasPersonalFacts(entry);
        if (!hasFacts && !HasPersonalMembers(entry)) return entry;
        try
        {
            return Sealed(entry, hasFacts);
        }
        catch (StoreException fault)
        {
            throw new AuditUnavailableException($"what the entry says about a person cannot be sealed: {fault.Message}", fault);
        }
        finally
        {
            if (entry.Kind == AuditEntryKind.Ended) entry.SealedFactsCache?.Clear(); // no entry follows it
        }
    }

    /// <summary>
    /// Returns the pseudonym that an entry about a call of a person has at a moment; null where there is no key and none can be made, and where the
    /// person was erased since the call began.
    /// </summary>
    public string? PseudonymOf(SubjectOwner owner, DateTimeOffset at, long began)
    {
        try
        {
            return keys.For(owner, EntryClass.Calls, at, began)?.Pseudonym;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public string? Fault()
    {
        try
        {
            keys.RequireWritable();
            return null;
        }
        catch (StoreException fault)
        {
            return $"what entries say about persons cannot be sealed: {fault.Message}";
        }
    }

    private static bool HasPersonalMembers(AuditEntry entry) =>
        entry.Subject is not null || entry.ClientId is not null || entry.Peer is not null || entry.Uri is not null || entry.Roles.Count > 0
        || entry.Groups.Count > 0 || entry.ReadingGroups.Count > 0 || entry.MoreGroups || entry.Scopes.Count > 0 || entry.Strengths.Count > 0
        || entry.CallerWords != CallerWords.None || HasWords(entry);

    private static bool HasWords(AuditEntry entry)
    {
        for (var i = 0; i < entry.Parts.Count; i++)
        {
            if (entry.Parts[i].Words is not null) return true;
        }

        return false;
    }

    private static bool HasPersonalFacts(AuditEntry entry)
    {
        for (var i = 0; i < entry.Facts.Count; i++)
        {
            if (PersonalFacts.IsPersonal(entry.Facts[i].Key)) return true;
        }

        return false;
    }

    private AuditEntry Sealed(AuditEntry entry, bool hasFacts)
    {
        var entryClass = EntryClasses.Of(entry);
        var actor = PersonalFacts.ActorOf(entry);
        var other = hasFacts ? PersonalFacts.OtherOf(entry) : null;
        // A control entry that names one person only is about that one.
        if (other is { } only && actor == SubjectOwner.Unknown) (actor, other) = (only, null);
        if (other == actor) other = null;
        var isCut = entry.IsCut;
        var first = HasPersonalMembers(entry) || !hasFacts || HasFactsOf(entry, isOther: false, other is not null)
            ? BoxOf(actor, entry, entryClass, isOther: false, hasOther: other is not null, ref isCut) : null;
        var second = other is { } person ? BoxOf(person, entry, entryClass, isOther: true, hasOther: true, ref isCut) : null;
        return Without(entry, hasFacts, Joined(entry.Personal, first, second), isCut);
    }

    // A person who was erased while the exchange was in progress gets the destroyed pseudonym and an empty box: a box under a new key would give the
    // name to what is erased. The facts of a second person stay.
    private SealedFacts? BoxOf(SubjectOwner person, AuditEntry entry, EntryClass entryClass, bool isOther, bool hasOther, ref bool isCut)
    {
        if (keys.For(person, entryClass, entry.At, entry.Began) is { } key) return Box(entry, key, isOther, hasOther, ref isCut);
        return keys.ErasedPseudonymOf(person, entryClass, entry.At) is { } pseudonym ? new SealedFacts(pseudonym, "") : null;
    }

    private static IReadOnlyList<SealedFacts> Joined(IReadOnlyList<SealedFacts> before, SealedFacts? first, SealedFacts? second)
    {
        if (before.Count == 0 && second is null) return first is null ? before : [first];
        List<SealedFacts> all = [.. before];
        if (first is not null) all.Add(first);
        if (second is not null) all.Add(second);
        return all;
    }

    private static AuditEntry Without(AuditEntry entry, bool hasFacts, IReadOnlyList<SealedFacts> personal, bool isCut) => entry with
    {
        Personal = personal,
        IsCut = isCut,
        Server = InClear(entry, CallerWords.Server, entry.Server),
        Verb = InClear(entry, CallerWords.Verb, entry.Verb),
        Method = InClear(entry, CallerWords.Method, entry.Method),
        Name = InClear(entry, CallerWords.Name, entry.Name),
        CallerWords = CallerWords.None,
        SealedFactsCache = null, // it has the facts in clear
        Subject = null,
        ClientId = null,
        Peer = null,
        Uri = null,
        Roles = [],
        Groups = [],
        ReadingGroups = [],
        MoreGroups = false,
        Scopes = [],
        Strengths = [],
        Facts = hasFacts ? [.. entry.Facts.Where(fact => !PersonalFacts.IsPersonal(fact.Key))] : entry.Facts,
    };

    private static string? InClear(AuditEntry entry, CallerWords field, string? text) => (entry.CallerWords & field) == 0 ? text : null;

    private static bool IsBeyondBounds(AuditEntry entry) => entry.Facts.Count > LargestFacts || entry.Roles.Count > LargestList
        || entry.Groups.Count > LargestList || entry.Scopes.Count > LargestList || entry.Strengths.Count > LargestList;

    private static bool HasFactsOf(AuditEntry entry, bool isOther, bool hasOther)
    {
        for (var i = 0; i < entry.Facts.Count; i++)
        {
            if (Belongs(entry.Facts[i].Key, isOther, hasOther)) return true;
        }

        return false;
    }

    private static bool Belongs(string name, bool isOther, bool hasOther) =>
        PersonalFacts.IsPersonal(name) && (hasOther && PersonalFacts.IsOfTheOther(name)) == isOther;

    private static SealedFacts Box(AuditEntry entry, SubjectKey key, bool isOther, bool hasOther, ref bool isCut)
    {
        isCut |= IsBeyondBounds(entry);
        var plain = cachedPlain ??= new ArrayBufferWriter<byte>(1024);
        Write(plain, entry, isOther, hasOther, isShort: false);
        if (plain.WrittenCount > LargestPlain)
        {
            isCut = true;
            Write(plain, entry, isOther, hasOther, isShort: true);
        }

        // Only the first box is cached: entries of exchanges concern one person.
        var sealedFacts = isOther ? Seal(entry, key, plain.WrittenSpan) : SealOnce(entry, key, plain.WrittenSpan);
        if (plain.Capacity > 4 * LargestPlain) (cachedPlain, cachedWriter) = (null, null); // the writer also refers to the buffer
        return sealedFacts;
    }

    private static SealedFacts SealOnce(AuditEntry entry, SubjectKey key, ReadOnlySpan<byte> plain)
    {
        if (entry.SealedFactsCache is not { } cache) return Seal(entry, key, plain);
        var made = cache.Find(key.Pseudonym, entry.ExchangeId, plain) ?? Seal(entry, key, plain);
        if (entry.Kind != AuditEntryKind.Ended) cache.Keep(entry.ExchangeId, plain, made);
        return made;
    }

    private static SealedFacts Seal(AuditEntry entry, SubjectKey key, ReadOnlySpan<byte> plain) =>
        new(key.Pseudonym, key.Seal(plain, entry.ExchangeId));

    private static void Write(ArrayBufferWriter<byte> plain, AuditEntry entry, bool isOther, bool hasOther, bool isShort)
    {
        plain.ResetWrittenCount();
        var json = cachedWriter ??= new Utf8JsonWriter(plain, Options);
        json.Reset(plain);
        json.WriteStartObject();
        if (!isOther) WriteMembers(json, entry, isShort);
        for (var i = 0; i < Math.Min(entry.Facts.Count, LargestFacts); i++)
        {
            if (Belongs(entry.Facts[i].Key, isOther, hasOther))
                json.WriteString(AuditEntryFormat.NameOfFact(entry, i), AuditText.Bounded(entry.Facts[i].Value, isShort ? ShortText : LargestText));
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteMembers(Utf8JsonWriter json, AuditEntry entry, bool isShort)
    {
        if (entry.Subject is { } subject) json.WriteString("sub"u8, AuditText.Bounded(subject, LargestText));
        if (entry.ClientId is { } client) json.WriteString("client"u8, AuditText.Bounded(client, LargestText));
        if (entry.Peer is { } peer) json.WriteString("peer"u8, AuditText.Bounded(peer, LargestText));
        if (entry.Uri is { } uri) json.WriteString("uri"u8, AuditText.Bounded(uri, LargestText));
        WriteWord(json, "server"u8, entry, CallerWords.Server, entry.Server);
        WriteWord(json, "verb"u8, entry, CallerWords.Verb, entry.Verb);
        WriteWord(json, "method"u8, entry, CallerWords.Method, entry.Method);
        WriteWord(json, "name"u8, entry, CallerWords.Name, entry.Name);
        WritePartWords(json, entry, isShort);
        WriteList(json, "roles"u8, entry.Roles, isShort);
        WriteList(json, "groups"u8, entry.Groups, isShort);
        WriteReadingGroups(json, entry.ReadingGroups);
        if (entry.MoreGroups) json.WriteBoolean("moreGroups"u8, true);
        WriteList(json, "scopes"u8, entry.Scopes, isShort);
        WriteList(json, "strengths"u8, entry.Strengths, isShort);
    }

    // The threat: a caller writes the name of a person in the place of a method or a tool, where it stays after an erasure of that caller (DP-03).
    private static void WriteWord(Utf8JsonWriter json, ReadOnlySpan<byte> name, AuditEntry entry, CallerWords field, string? text)
    {
        if (text is not null && (entry.CallerWords & field) != 0) json.WriteString(name, AuditText.Bounded(text, LargestText));
    }

    // The threat: a server answers with the name of a person in its error. By the place of the part in the entry.
    private static void WritePartWords(Utf8JsonWriter json, AuditEntry entry, bool isShort)
    {
        if (!HasWords(entry)) return;
        json.WriteStartObject(PersonalFacts.PartWords);
        for (var i = 0; i < entry.Parts.Count; i++)
        {
            if (entry.Parts[i].Words is { } words)
                json.WriteString(i.ToString(CultureInfo.InvariantCulture), AuditText.Bounded(words, isShort ? ShortText : LargestText));
        }

        json.WriteEndObject();
    }

    // Each whole, also in a short box: a group that is cut could be the name of another one. Number and length are bounded by the configuration.
    private static void WriteReadingGroups(Utf8JsonWriter json, IReadOnlyList<string> groups)
    {
        if (groups.Count == 0) return;
        json.WriteStartArray("readingGroups"u8);
        for (var i = 0; i < Math.Min(groups.Count, AuditEntry.MostReadingGroups); i++) json.WriteStringValue(groups[i]);
        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values, bool isShort)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        for (var i = 0; i < Math.Min(values.Count, isShort ? ShortList : LargestList); i++)
            json.WriteStringValue(AuditText.Bounded(values[i], isShort ? ShortText : LargestText));
        json.WriteEndArray();
    }
}
