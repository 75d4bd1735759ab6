using System.Text.Json;
using Gatehouse.Audit.Privacy;

namespace Gatehouse.Audit.Search;

/// <summary>The fields of the event model in words: for each its name, its meaning, and the text for an entry that lacks it.</summary>
public static class EntryFields
{
    /// <summary>The text for something that the log does not keep.</summary>
    public const string NotKept = "not kept";

    /// <summary>The text for a kept request in an entry that does not name it.</summary>
    public const string KeptElsewhere = NotKept + " by this entry";

    private const string Arguments = "arguments";
    private const string None = "none";
    private const string Gone = "not shown: it was sealed, and the key was destroyed or lost";
    private const string Sealed = "not shown: it is sealed, and the key is not here";

    // In the order in which a person reads them. A field of the event model that is not here fails a test.
    private static readonly Field[] All =
    [
        new("kind", "entry", "identity", None), new("id", "request id", "identity", None), new("at", "time", "identity", None),
        new("seq", "number in the run", "identity", None), new("gen", "generation", "identity", None), new("v", "event model", "identity", None),
        new("parent", "on the stream", "identity", None, Exchange: true), new("trace", "trace", "identity", None, Exchange: true),
        new("who", "pseudonyms", "who", None, Rare: true), new("closed", "pseudonyms whose key is gone", "who", None, Rare: true),
        new("personal", "sealed facts", "who", None, Rare: true),
        new("sub", "person", "who", "no verified token", Exchange: true), new("iss", "issuer", "who", "no verified token", Exchange: true),
        new("client", "client", "who", "no verified token", Exchange: true), new("session", "session", "who", None, Exchange: true),
        new("via", "through proxy", "who", None, Exchange: true), new("peer", "source", "who", "the caller", Exchange: true),
        new("roles", "roles", "who", "none that a rule asks for; others are " + NotKept, Exchange: true),
        new("groups", "groups", "who", "none that a rule asks for; others are " + NotKept, Exchange: true),
        new("moreGroups", "more groups than the token names", "who", "no", Exchange: true),
        new("readingGroups", "groups whose readers find the entry", "who", "none that administration.reading.groups names", Exchange: true),
        new("scopes", "scopes", "who", "none that a rule asks for; others are " + NotKept, Exchange: true),
        new("strengths", "authentication", "who", "none that a rule asks for; others are " + NotKept, Exchange: true),
        new("asked", "names that rules ask for", "who", None, Exchange: true),
        new("server", "server", "what", None, Exchange: true), new("verb", "HTTP method", "what", None, Exchange: true),
        new("method", "method", "what", None, Exchange: true), new("name", "tool or prompt", "what", None, Exchange: true),
        new("uri", "resource", "what", "none; query and fragment are " + NotKept, Exchange: true),
        new("revision", "revision", "what", None, Exchange: true),
        new("checks", "checks that ran", "decided", None, Exchange: true), new("parts", "acts", "decided", None, Exchange: true),
        new("attempts", "attempts to authenticate", "decided", "in another entry of the exchange, or in a counted one", Exchange: true),
        new("code", "refused with", "outcome", "nothing was refused", Ended: true), new("status", "HTTP status", "outcome", None, Ended: true),
        new("up", "messages to the server", "outcome", None, Ended: true), new("out", "messages of the server passed on", "outcome", None, Ended: true),
        new("notes", "notifications among them", "outcome", "0", Ended: true), new("bytesIn", "bytes of the request", "outcome", None, Ended: true),
        new("bytesOut", "bytes of the server's messages", "outcome", None, Ended: true), new("us", "microseconds", "outcome", None, Ended: true),
        new("credentials", "credentials used", "outcome", "none", Ended: true),
        new("receipt", "promised in a receipt", "outcome", "none was asked for", Ended: true),
        new("kept", "request kept as", "kept", NotKept, Exchange: true), new("keptBytes", "bytes of it", "kept", NotKept, Exchange: true),
        new("payload", "digest of the sealed request", "kept", NotKept, Exchange: true),
        new("cut", "entry was shortened", "kept", "no"),
    ];

    // What no entry has.
    private static readonly string[] Never = [Arguments, "result", "header values", "tokens"];

    /// <summary>The names of the fields, in the order of reading.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(field => field.Name)];

    private static readonly HashSet<string> Known = new(Names, StringComparer.Ordinal);

    /// <summary>Returns whether a name is a field of the event model, and not a fact of a control entry.</summary>
    public static bool IsField(string name) => Known.Contains(name);

    /// <summary>
    /// Returns every field that an entry of its kind can have, with its value or the text for its absence; then its facts; then what is never kept.
    /// </summary>
    /// <param name="entry">The entry. One without its sealed payload has that field only by <c>keptBytes</c>.</param>
    public static IReadOnlyList<ShownField> Of(JsonElement entry)
    {
        var kind = entry.TryGetProperty("kind", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        List<ShownField> shown = [];
        foreach (var field in All)
        {
            if (entry.TryGetProperty(field.Name, out var value))
                shown.Add(new ShownField(field.Name, field.Words, field.Group, EntryText.Of(value), true));
            else if (field.IsOf(kind)) shown.Add(new ShownField(field.Name, field.Words, field.Group, Absent(field, entry), false));
        }

        foreach (var member in entry.EnumerateObject().Where(member => !IsField(member.Name)))
            shown.Add(new ShownField(member.Name, member.Name, "facts", EntryText.Of(member.Value), true));
        if (kind != "control") shown.AddRange(Never.Select(name => new ShownField(name, name, "kept", NeverIn(name, entry), false)));
        return shown;
    }

    // The arguments are a part of the request, which an entry names where it is kept.
    private static string NeverIn(string name, JsonElement entry) =>
        name == Arguments && entry.TryGetProperty("keptBytes", out _) ? "in the kept request, and not in the entry" : NotKept;

    // Whether a fact about a person is absent or sealed cannot be seen without the key.
    private static string Absent(Field field, JsonElement entry)
    {
        // A request that waited for its entry is kept by the entry of its beginning.
        if (field is { Group: "kept", Exchange: true } && entry.TryGetProperty("kind", out var kind) && kind.ValueEquals("ended"u8)
            && !entry.TryGetProperty("keptBytes", out _)) return KeptElsewhere;
        if (field.Name == "payload" && entry.TryGetProperty("keptBytes", out _)) return "in the log, sealed";
        // The issuer of a verified token is in clear.
        if (field.Name == "sub" && !entry.TryGetProperty("iss", out _)) return field.Absent;
        var hidden = entry.TryGetProperty("personal", out _) ? Sealed : entry.TryGetProperty("closed", out _) ? Gone : field.Absent;
        return PersonalFacts.Members.Contains(field.Name) ? hidden
            : PersonalFacts.CallerWords.Contains(field.Name) && hidden != field.Absent ? $"{field.Absent}, or {hidden}" : field.Absent;
    }

    private sealed record Field(string Name, string Words, string Group, string Absent, bool Exchange = false, bool Ended = false, bool Rare = false)
    {
        // A rare field is shown where it is there. Control entries have the common fields and facts. The kept request belongs to begun entries, and
        // is asked about in ended ones too.
        public bool IsOf(string? kind) => !Rare && kind switch { "control" => !Exchange && !Ended, "begun" => !Ended, _ => true };
    }
}

/// <summary>A field of an entry in words.</summary>
/// <param name="Name">Its name in the event model.</param>
/// <param name="Words">Its meaning.</param>
/// <param name="Group">The group in which it is read: identity, who, what, decided, outcome, kept, facts.</param>
/// <param name="Text">The value, or the text for its absence.</param>
/// <param name="IsThere">True where the entry has it.</param>
public sealed record ShownField(string Name, string Words, string Group, string Text, bool IsThere);
