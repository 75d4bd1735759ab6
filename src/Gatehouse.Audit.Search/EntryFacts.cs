using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Privacy;

namespace Gatehouse.Audit.Search;

/// <summary>The facts of an entry that search, tables and stories use, read from its JSON.</summary>
public sealed class EntryFacts
{
    // Words beyond it are not found. An entry of an honest exchange has some thirty.
    private const int LargestWords = 128;
    private const int ShortestWord = 2;
    private const int LongestWord = 64;

    /// <summary>The text in place of an actor that is sealed.</summary>
    public const string SealedActor = "(sealed)";

    private const string DefinitionActs = "definition."; // `about` of these is a kind of definition

    /// <summary>
    /// Acts of the authorization server in which the person that the entry names is the one who acts, at a page of the gateway. An answer to the
    /// page of consent comes before the sign-in, so its entry names no person.
    /// </summary>
    internal static IReadOnlySet<string> ActsOfThePerson { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "oauth.consent.unstored", "oauth.confirmation.cancelled", "oauth.grant" };

    // Control entries that count exchanges of callers.
    private static readonly HashSet<string> ActsOfCallers = new(StringComparer.Ordinal) { "entries.joined", "attempts.counted" };

    private const string ReadingActs = "control.audit.";
    private const string ConfigurationActs = "control.config.";
    private const string ContainmentActs = "containment."; // `target` of these is a tool
    private const string ContainAct = "control.contain";
    private const string RevokeAct = "control.revoke";
    private const string SignInActs = "oauth."; // `by` of oauth.token is the kind of a grant
    private const int ShortDigest = 12;

    private static readonly string[] WordFields =
        ["server", "method", "name", "uri", "iss", "sub", "client", "peer", "code", "act", "purpose"];

    private readonly JsonElement entry;

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The entry, a JSON object.</param>
    public EntryFacts(JsonElement entry) => this.entry = entry;

    /// <summary>The time of the entry. An entry without a time is at the beginning of 1970.</summary>
    public DateTimeOffset At => Text("at") is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
        ? at : DateTimeOffset.UnixEpoch;

    /// <summary>The number of the entry in its process, from 1; null for an entry without one.</summary>
    internal long? Sequence =>
        entry.TryGetProperty("seq", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The kind: <c>begun</c>, <c>ended</c> or <c>control</c>.</summary>
    public string Kind => Text("kind") ?? "";

    /// <summary>The id of the exchange.</summary>
    public string Id => Text("id") ?? "";

    /// <summary>
    /// The verdict. <c>deny</c>: the exchange has a code. <c>permit</c>: it has none, and the policy permitted. <c>pass</c>: it has none, and nothing
    /// was decided. <c>begun</c> and <c>control</c> are entries of these kinds, which have no verdict.
    /// </summary>
    public string Verdict => Kind != "ended" ? Kind : Code is not null ? "deny" : Parts("decision").Any(part => part.Outcome == "permit") ? "permit" : "pass";

    /// <summary>The server.</summary>
    public string? Server => Text("server");

    /// <summary>The tool or prompt.</summary>
    public string? Tool => Text("name");

    /// <summary>The method.</summary>
    public string? Method => Text("method");

    /// <summary>Method of HTTP; null where the exchange did not come by HTTP.</summary>
    public string? Verb => Text("verb");

    /// <summary>The code of the refusal.</summary>
    public string? Code => Text("code");

    /// <summary>The act of a control entry.</summary>
    public string? Act => Kind == "control" ? Text("act") : null;

    /// <summary>The session.</summary>
    public string? Session => Text("session");

    /// <summary>
    /// The one who acted: the subject of the token; of a control entry the administrator, or the system account as <c>account 1000</c>. Null where
    /// the gateway acted by itself, where no token was verified, and where the fact is sealed.
    /// </summary>
    public string? Actor => Given("sub") ?? (Kind == "control" ? Administrator ?? (ActsOfThePerson.Contains(Act ?? "") ? Given("subject") : null) : null);

    /// <summary>
    /// The issuer of <see cref="Actor"/>, also where the subject is sealed: persons of one name at two issuers are two persons. Null where the entry
    /// names none, and for a system account.
    /// </summary>
    public string? ActorIssuer => Given("sub") is not null || (Kind != "control" && HasSealedActor) ? Given("iss")
        : Kind != "control" || Actor is null ? null
        : ControlActor() is { } actor ? actor.Issuer is { Length: > 0 } issuer && issuer != PersonalFacts.AccountIssuer ? issuer : null
        : Given("issuer") ?? Given("iss");

    /// <summary>
    /// The persons and things that an act concerns: of a control entry the person acted upon or searched for, session, request, client, approval,
    /// configuration and file, as far as it names them. Null for other entries, and where it names none.
    /// </summary>
    public string? Concerns => Kind == "control" && string.Join(", ", Concerned().Distinct(StringComparer.Ordinal)) is { Length: > 0 } text ? text : null;

    private string? Administrator => ControlActor() is not { } actor ? null
        : actor.Issuer == PersonalFacts.AccountIssuer ? $"account {actor.Subject}" : actor.Subject;

    /// <summary>True where the entry has facts about persons whose key was destroyed, or is not here.</summary>
    public bool HasSealedFacts => entry.TryGetProperty("closed", out _) || entry.TryGetProperty("personal", out _);

    /// <summary>
    /// True where the one who acted is a sealed fact. The issuer of a verified token is in clear: without it only the caller's address is sealed. Of
    /// other control entries it cannot be known which fact is sealed.
    /// </summary>
    public bool HasSealedActor =>
        Actor is null && HasSealedFacts
        && (Text("iss") is not null || (Kind == "control" && !ActsOfCallers.Contains(Act ?? "")));

    /// <summary>The reason that an administrator gave: the purpose of a reading, or the reason of another act.</summary>
    public string? StatedPurpose => Kind == "control" ? Given("purpose") ?? Given("statedReason") : null;

    /// <summary>True where the caller got a receipt that promises this entry.</summary>
    internal bool HasReceipt => entry.TryGetProperty("receipt", out var receipt) && receipt.ValueKind == JsonValueKind.Object;

    /// <summary>Returns the stages that ran, without their outcomes.</summary>
    internal IReadOnlyList<string> Checks() =>
        entry.TryGetProperty("checks", out var checks) && checks.ValueKind == JsonValueKind.Array
            ? [.. checks.EnumerateArray().Where(check => check.ValueKind == JsonValueKind.String).Select(check => check.GetString()!.Split(':')[0])]
            : [];

    /// <summary>Returns the parts.</summary>
    internal IEnumerable<EntryPart> AllParts() => Objects("parts")
        .Select(part => new EntryPart(Member(part, "kind"), Member(part, "outcome"), Member(part, "reason"), Number(part, "count") ?? 1));

    /// <summary>The number of attempts to authenticate that the entry records.</summary>
    public long Attempts() => Objects("attempts").Sum(attempt => Number(attempt, "count") ?? 1);

    /// <summary>
    /// Returns the groups of the caller that the configuration of reading named at the time, at most <see cref="AuditEntry.MostReadingGroups"/>.
    /// An entry that counts exchanges of one caller has those of the first of them (decision 0121). No other control entry has any.
    /// </summary>
    internal IEnumerable<string> ReadingGroups() =>
        (Kind != "control" || Act == "entries.joined") && entry.TryGetProperty("readingGroups", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Take(AuditEntry.MostReadingGroups).Where(one => one.ValueKind == JsonValueKind.String)
                .Select(one => one.GetString()!)
            : [];

    /// <summary>Returns a field that is a text.</summary>
    public string? Text(string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns a field that is a text; null also for an empty one, with which an act says that it has no such fact.</summary>
    public string? Given(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>
    /// True for an act of reading, such as a search. It names what was asked for, which does not make that person or session known to the log.
    /// </summary>
    public bool IsReading => Kind == "control" && IsActOf(ReadingActs);

    /// <summary>Returns whether the entry is about a person, or names the subject without an issuer.</summary>
    public bool IsAbout(EntryOwner person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return Persons().Any(one => IsSame(one, person));
    }

    /// <summary>
    /// Returns whether the entry shows that the log knows a person: it is about the person, and is not only an act of reading that asked for them.
    /// A search, an export and an erasure with a misspelt name are acts of reading that ask for that name.
    /// </summary>
    public bool ShowsPerson(EntryOwner person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return IsActOf(ReadingActs) ? IsSame(ControlActor(), person) : IsAbout(person);
    }

    /// <summary>Returns whether the entry shows that the log knows another person, who has the same subject at another issuer.</summary>
    public bool ShowsAnother(EntryOwner person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return IsActOf(ReadingActs) ? IsOther(ControlActor()) : Persons().Any(IsOther);

        bool IsOther(EntryOwner? named) =>
            named is not null && named.Subject == person.Subject && named.Issuer.Length > 0 && named.Issuer != person.Issuer;
    }

    /// <summary>Returns whether the entry shows that the log knows a person, and names the issuer as well.</summary>
    public bool ShowsWithIssuer(EntryOwner person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return IsActOf(ReadingActs) ? ControlActor() == person : Persons().Contains(person);
    }

    private static bool IsSame(EntryOwner? named, EntryOwner person) =>
        named is not null && named.Subject == person.Subject && (named.Issuer.Length == 0 || named.Issuer == person.Issuer);

    // The administrator, or the account of the system. Keys name the same one, but only with an issuer (PersonalFacts.ActorOf): without one, an entry
    // may be about the subject at any issuer.
    private EntryOwner? ControlActor() => !IsActOf(SignInActs) && Given("by") is { } by ? new EntryOwner(Text("byIssuer") ?? "", by)
        : Given("account") is { } account ? new EntryOwner(PersonalFacts.AccountIssuer, account) : null;

    // The persons that the entry names: the caller, and in a control entry the one who acted and the one acted upon. The issuer is empty where none
    // is named.
    private IEnumerable<EntryOwner> Persons()
    {
        if (Text("sub") is { } sub) yield return new EntryOwner(Text("iss") ?? "", sub);
        if (Kind != "control") yield break;
        if (ControlActor() is { } actor) yield return actor;
        if (Text("subject") is { } subject) yield return new EntryOwner(Text("issuer") ?? Text("iss") ?? "", subject);
        if (Text("fact.sub") is { } other) yield return new EntryOwner("", other);
        if (Text("fact.subject") is { } named) yield return new EntryOwner("", named);
        if (Text("aboutIssuer") is { Length: > 0 } issuer && Text("about") is { } about) yield return new EntryOwner(issuer, about);
        if (Text("caller") is { } caller && caller.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end)
            yield return new EntryOwner(caller[..end], caller[(end + 1)..]);
    }

    private IEnumerable<string> Concerned()
    {
        if (Given("subject") is { } subject && subject != Actor) yield return subject;
        if (Given("fact.subject") is { } named) yield return named;
        if (Given("fact.sub") is { } other) yield return other;
        if (Given("caller") is { } caller) yield return caller[(caller.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (Given("about") is { } about && !IsActOf(DefinitionActs)) yield return Given("aboutIssuer") is null && IsActOf(ReadingActs)
            ? $"request {about}" : about;
        if (Given("definition") is { } definition) yield return definition;
        if ((Given("session") ?? Given("fact.session")) is { } session) yield return $"session {session}";
        if ((Given("client") ?? Given("fact.client")) is { } client) yield return $"client {client}";
        if ((Given("approval") ?? Given("givenApproval")) is { } approval) yield return $"approval {approval}";
        if ((Given("remembered") ?? Given("givenRemembered")) is { } remembered) yield return $"remembered answer {remembered}";
        if ((Given("quarantine") ?? Given("givenQuarantine")) is { } quarantine) yield return $"withheld result {quarantine}";
        foreach (var contained in Contained()) yield return contained;
        if (IsActOf("secret.") && Given("target") is { } secret) yield return $"secret {secret}";
        if (IsActOf("access.") || IsActOf("control.access."))
        {
            if (Given("rule") is { } rule) yield return $"rule {rule}";
        }
        else if (IsActOf("configuration.") || IsActOf(ConfigurationActs))
        {
            if ((Given("target") ?? (IsActOf("configuration.") ? Given("digest") : null)) is { } digest) yield return $"configuration {Short(digest)}";
            if (IsActOf("configuration.") && Given("path") is { } path) yield return path;
        }

        if (Given("file") is { } file) yield return file;
    }

    // Servers and tools are in clear. A user, client or session that is contained is named above. An act of administration names all of it in one
    // text.
    private IEnumerable<string> Contained()
    {
        if ((Given("containment") ?? Given("givenContainment")) is { } containment) yield return $"containment {containment}";
        if (IsActOf(ContainmentActs) && Server is { } server) yield return Given("target") is { } tool ? $"tool {server}/{tool}" : $"server {server}";
        if (Act is ContainAct or RevokeAct && Given("about") is null && Given("action") is { } action) yield return action;
    }

    private bool IsActOf(string prefix) => Act?.StartsWith(prefix, StringComparison.Ordinal) == true;

    private static string Short(string digest) => digest.Length > ShortDigest ? digest[..ShortDigest] : digest;

    /// <summary>Returns the properties by which the entry is found, each once.</summary>
    internal IReadOnlyCollection<EntryTerm> Terms()
    {
        var terms = new HashSet<EntryTerm> { new(EntryTerm.Every, "") };
        Add(EntryTerm.Kind, Kind);
        Add(EntryTerm.Verdict, Verdict);
        Add(EntryTerm.Server, Server);
        Add(EntryTerm.Tool, Tool);
        Add(EntryTerm.Code, Code);
        Add(EntryTerm.Method, Method);
        Add(EntryTerm.Act, Act);
        Add(EntryTerm.Id, Text("id"));
        Add(EntryTerm.Session, Session);
        Add(EntryTerm.Client, Text("client"));
        Add(EntryTerm.Client, Text("fact.client"));
        Add(EntryTerm.Issuer, Text("iss"));
        if (Kind == "control") Add(EntryTerm.Issuer, Text("byIssuer"));
        if (Text("iss") is { } issuer)
        {
            if (Text("sub") is { } subject) terms.Add(EntryTerm.OwnerOf(issuer, subject));
            foreach (var group in ReadingGroups()) terms.Add(EntryTerm.GroupOf(issuer, group));
        }

        foreach (var person in Persons())
        {
            Add(EntryTerm.Person, person.Subject);
            if (person.Issuer.Length > 0) terms.Add(EntryTerm.Naming(person.Issuer, person.Subject));
        }

        foreach (var part in Parts("detection").Concat(Parts("rule")))
        {
            foreach (var name in FindingNames(part.Reason)) Add(EntryTerm.FindingName, name.ToLowerInvariant());
            // The end of an exchange repeats what its beginning names.
            if (Kind != "begun") Add(EntryTerm.Finding, part.Reason);
        }

        foreach (var word in Words().Distinct(StringComparer.Ordinal).Take(LargestWords)) Add(EntryTerm.Word, word);
        return terms;

        void Add(string label, string? value)
        {
            if (value is { Length: > 0 }) terms.Add(new EntryTerm(label, value));
        }
    }

    /// <summary>Splits a text into the words by which it is found: letters and digits, in lower case, 2 to 64 characters.</summary>
    internal static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && char.IsLetterOrDigit(text[at])) continue;
            if (at - start is >= ShortestWord and <= LongestWord) yield return text[start..at].ToLowerInvariant();
            start = at + 1;
        }
    }

    // A finding is found by its reason and by its id: "text-ghs9001" and "ghs9001".
    private static IEnumerable<string> FindingNames(string? reason)
    {
        if (reason is null) yield break;
        yield return reason;
        foreach (var prefix in (string[])["text-", "metadata-"])
            if (reason.StartsWith(prefix, StringComparison.Ordinal)) yield return reason[prefix.Length..];
    }

    private IEnumerable<(string? Outcome, string? Reason, string? Detail)> Parts(string? kind)
    {
        foreach (var part in Objects("parts"))
        {
            if (kind is null || Member(part, "kind") == kind) yield return (Member(part, "outcome"), Member(part, "reason"), Member(part, "detail"));
        }
    }

    private IEnumerable<JsonElement> Objects(string name) => entry.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object) : [];

    private static long? Number(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static string? Member(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private IEnumerable<string> Words()
    {
        foreach (var name in WordFields)
            if (Text(name) is { } text) foreach (var word in Split(text)) yield return word;
        foreach (var part in Parts(null))
            foreach (var word in Split(part.Reason ?? "").Concat(Split(part.Detail ?? ""))) yield return word;
        if (Kind != "control") yield break;
        foreach (var member in entry.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || EntryFields.IsField(member.Name)) continue;
            foreach (var word in Split(member.Value.GetString()!)) yield return word;
        }
    }
}

/// <summary>A part of an entry.</summary>
/// <param name="Kind">The kind of act.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Count">The number of equal acts.</param>
internal readonly record struct EntryPart(string? Kind, string? Outcome, string? Reason, long Count);
