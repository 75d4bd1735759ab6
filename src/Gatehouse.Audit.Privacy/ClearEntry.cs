using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// An entry of an earlier build, which has its personal facts in clear. Facts that <see cref="PersonalFacts"/> does not name are personal, as in a
/// new entry.
/// </summary>
public static class ClearEntry
{
    private const string FactPrefix = "fact.";

    // Members of a control entry that are no facts. A member of another name is a fact, also where an exchange has a member of that name.
    private static readonly FrozenSet<string> OfControl =
        new[] { "v", "seq", "kind", "id", "parent", "at", "gen", "iss", "attempts", "parts", "cut", "personal" }.ToFrozenSet(StringComparer.Ordinal);

    // Facts that name one of the two persons of an entry, and no other.
    private static readonly FrozenSet<string> Identities =
        new[] { "by", "byIssuer", "account", "about", "aboutIssuer", "caller", "client", "subject" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns whether a text has a name as a word of its own, without regard to case: the subject 1 is not in "request 4711".</summary>
    public static bool HasWord(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }

        return false;
    }

    /// <summary>
    /// Returns an entry without its facts about a person, and without the request that it kept of the person. In their place is a pseudonym without a
    /// box. Every other member has its bytes. In an entry about the person, another person's words that name this one are left out too.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="person">The person.</param>
    /// <param name="withoutIssuer">True where what names the subject without an issuer is about the person too, as for keys.</param>
    /// <param name="pseudonymOf">Gives the pseudonym for a month.</param>
    /// <returns>Null where the entry is not about the person.</returns>
    public static ReadOnlyMemory<byte>? Erase(JsonElement entry, SubjectOwner person, bool withoutIssuer, Func<int, string> pseudonymOf)
    {
        ArgumentNullException.ThrowIfNull(pseudonymOf);
        if (entry.ValueKind != JsonValueKind.Object) return null;
        var isControl = Text(entry, "kind") == "control";
        var (actor, other) = (ActorOf(entry), isControl ? OtherOf(entry) : null);
        // A control entry that names one person only is about that one.
        if (other is { } only && actor == SubjectOwner.Unknown) (actor, other) = (only, null);
        var (isActor, isOther) = (IsSame(actor, person, withoutIssuer), other is { } one && IsSame(one, person, withoutIssuer));
        if (!isActor && !isOther) return null;
        // A refused caller can have chosen these texts freely. Newer entries seal them.
        var isRefusal = Text(entry, "code") is not null && entry.TryGetProperty("up", out var sent) && sent.ValueKind == JsonValueKind.Number
            && sent.TryGetInt64(out var messages) && messages == 0;
        var members = entry.EnumerateObject().Where(member => !IsErased(member)).ToList();
        return Write(members, entry, pseudonymOf(MonthOf(entry)));

        bool IsErased(JsonProperty member)
        {
            if (!isControl)
            {
                return PersonalFacts.Members.Contains(member.Name) || member.Name == "sealed"
                    || (isRefusal && PersonalFacts.CallerWords.Contains(member.Name));
            }

            if (!IsPersonalFact(member)) return false;
            var ofTheOther = other is not null && PersonalFacts.IsOfTheOther(Plain(member.Name));
            return (ofTheOther ? isOther : isActor)
                || (!Identities.Contains(Plain(member.Name)) && Text(member.Value) is { } words && HasWord(words, person.Subject));
        }
    }

    private static ReadOnlyMemory<byte> Write(List<JsonProperty> members, JsonElement entry, string pseudonym)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }); // version 1 has a member twice
        json.WriteStartObject();
        foreach (var member in members.Where(member => !member.NameEquals("personal"u8)))
        {
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }

        json.WriteStartArray("personal"u8);
        if (entry.TryGetProperty("personal"u8, out var before) && before.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in before.EnumerateArray()) one.WriteTo(json);
        }

        json.WriteStartObject();
        json.WriteString("who"u8, pseudonym);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static bool IsPersonalFact(JsonProperty member) =>
        PersonalFacts.Members.Contains(member.Name) || (!OfControl.Contains(member.Name) && PersonalFacts.IsPersonal(Plain(member.Name)));

    private static string Plain(string name) => name.StartsWith(FactPrefix, StringComparison.Ordinal) ? name[FactPrefix.Length..] : name;

    private static SubjectOwner ActorOf(JsonElement entry) => Text(entry, "sub") is { } subject
        ? new SubjectOwner(Text(entry, "iss") ?? "", subject) : PersonalFacts.ActorOf(name => Fact(entry, name));

    private static SubjectOwner? OtherOf(JsonElement entry)
    {
        if (Fact(entry, "caller") is { } caller && caller.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end)
            return new SubjectOwner(caller[..end], caller[(end + 1)..]);
        if (Fact(entry, "about") is { Length: > 0 } about) return new SubjectOwner(Fact(entry, "aboutIssuer") ?? "", about);
        return Fact(entry, "subject") is { Length: > 0 } subject ? new SubjectOwner(Fact(entry, "issuer") ?? Text(entry, "iss") ?? "", subject) : null;
    }

    private static bool IsSame(SubjectOwner found, SubjectOwner person, bool withoutIssuer) =>
        IsSame(found.Subject, person.Subject) && ((withoutIssuer && found.Issuer.Length == 0) || IsSame(found.Issuer, person.Issuer));

    // What was too long is in the entry by its beginning and its digest.
    private static bool IsSame(string found, string whole)
    {
        if (found == whole) return true;
        var cut = found.LastIndexOf("…sha256:", StringComparison.Ordinal);
        return cut > 0 && (AuditText.Bounded(whole, cut) == found || AuditText.Bounded(whole, cut + 1) == found);
    }

    // As the keys of persons count months.
    private static int MonthOf(JsonElement entry) => Text(entry, "at") is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? SubjectKeys.MonthOf(at) : 0;

    private static string? Fact(JsonElement entry, string name) => Text(entry, name) ?? Text(entry, FactPrefix + name);

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
