using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>Erases what the audit log says about a person, by destroying the person's keys (DP-03). It cannot be undone.</summary>
/// <param name="Issuer">The issuer of the person.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Purpose">The purpose, in the administrator's words. It must not name the person.</param>
internal sealed record ErasePerson(string Issuer = "", string Subject = "", string Purpose = "") : AdministrativeAction<PersonErased>
{
    private const int LongestName = 1024;

    /// <summary>
    /// True where the purpose has the subject as a word: the log would keep it. The command looks as well, before it asks the gateway.
    /// </summary>
    internal bool PurposeNamesPerson => Subject.Length > 0 && WholeWord.IsIn(Purpose, Subject);

    internal override string Name => "audit.erase";

    internal override ActRow Row => LogRows.Erase;

    internal override string Given => Purpose;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    // The person is not named: the entry would be about the person, under a new key.
    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [KeyValuePair.Create("purpose", Purpose)];

    // The purpose is in the administrator's box, where the erasure of the person does not reach it, and a refused one may name the person.
    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [];

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (Issuer.Length is 0 or > LongestName || Subject.Length is 0 or > LongestName) return ActionRefusal.NoPerson;
        if (LogActs.FaultOf(new EntryFilter(), Purpose) is { } fault) return fault;
        return PurposeNamesPerson ? ActionRefusal.PurposeNamesPerson : null;
    }

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result)
    {
        var erased = (PersonErased)result;
        List<KeyValuePair<string, string>> facts =
        [
            KeyValuePair.Create("keys", erased.Keys.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("entries", erased.Payloads.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("files", erased.Configurations.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("sessions", erased.Sessions.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("cut", erased.Exchanges.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("grants", erased.Grants.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("consents", erased.Consents.ToString(CultureInfo.InvariantCulture)),
        ];
        if (erased.Unfinished is not null) facts.Add(KeyValuePair.Create("fault", UnfinishedErasure.Type));
        return facts;
    }

    protected override async Task<ActionOutcome<PersonErased>> RunAsync(AdministrationParts parts, Administrator by)
    {
        if (!by.Reading.HasFlag(ReadingRights.Erase)) return ActionRefusal.NoEraseRight;
        if (by.Token is { } token && token.Issuer == Issuer && token.Subject == Subject) return ActionRefusal.ErasesItself;
        var person = new EntryOwner(Issuer, Subject);
        // Before the erasure: afterwards no entry is found by the person.
        var readsAll = by.TryGetScope(out var scope) && scope is null;
        var lookup = await PersonLookup.OfAsync(parts.Log!, person, ofCallsOnly: false, namesIssuers: readsAll).ConfigureAwait(false);
        var erased = await parts.Log!.EraseAsync(person, lookup).ConfigureAwait(false) with { Lookup = lookup };
        return readsAll ? erased : erased with { Elsewhere = [.. erased.Elsewhere.Select(static one => one with { Issuer = "" })] };
    }
}

/// <summary>A person was erased.</summary>
/// <param name="Keys">The number of keys.</param>
/// <param name="Payloads">The number of kept requests that were deleted.</param>
/// <param name="Readings">Earlier readings of the log that may have shown entries of the person. What they showed or wrote is not reached.</param>
internal sealed record PersonErased(int Keys, int Payloads, [property: JsonIgnore] EarlierReadings Readings) : ActResult
{
    /// <inheritdoc />
    internal override ControlReply Reply => ErasureReply.Of(this);

    /// <summary>
    /// The longest wait for calls and streams of the person to end. An exchange ends as soon as it notices its end. The last entry of one that takes
    /// longer has no facts about the person.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The number of sessions of the person that ended.</summary>
    public int Sessions { get; init; }

    /// <summary>The number of calls and streams of the person that ended.</summary>
    public int Exchanges { get; init; }

    /// <summary>The number of those calls and streams that had not left when the keys were destroyed.</summary>
    public int NotYetLeft { get; init; }

    /// <summary>The number of the person's grants at the gateway's own authorization server that ended, with their tokens.</summary>
    public int Grants { get; init; }

    /// <summary>The number of the person's consents to clients that were removed.</summary>
    public int Consents { get; init; }

    /// <summary>The number of earlier configurations that named the person and whose kept texts were destroyed.</summary>
    public int Configurations { get; init; }

    /// <summary>True if the configuration in force names the person: it stays until the files are changed.</summary>
    public bool IsInForce { get; init; }

    /// <summary>
    /// The number of keys that stay, of acts that named the subject without an issuer: the log does not know the person, and knows the same subject
    /// at another issuer, or entries are not in its folder.
    /// </summary>
    public int Staying { get; init; }

    /// <summary>
    /// Issuers at which only acts of reading asked for the same subject, with the number of their keys, which stay: a typo, or another person.
    /// </summary>
    public IReadOnlyList<AskedName> Elsewhere { get; init; } = [];

    /// <summary>
    /// True where the log knew the issuer and the subject only from acts of reading, no other person has the subject, and keys of that name were
    /// destroyed: the rest of an erasure of a person whose issuer was misspelt once.
    /// </summary>
    public bool IsOnlyAskedFor { get; init; }

    /// <summary>The part that the erasure could not reach; null where it reached everything. The rest is done nevertheless.</summary>
    public UnfinishedErasure? Unfinished { get; init; }

    /// <summary>What the log knew of the person before.</summary>
    [JsonIgnore]
    public PersonLookup? Lookup { get; init; }

    /// <summary>
    /// True where a destroyed key was one of the person's own calls, kept requests or sign-ins, also where their entries are archived.
    /// </summary>
    public bool HasOwnActs { get; init; }

    /// <summary>
    /// True where an earlier erasure of the same person waited for another configuration, because the one in force named the person.
    /// </summary>
    public bool WasWaiting { get; init; }

    /// <summary>True where the log or its keys knew the person, and not only acts of reading that asked for that name.</summary>
    public bool WasKnown => HasOwnActs || WasWaiting || (Lookup?.IsKnown ?? Keys > 0);

    /// <summary>
    /// True where an earlier erasure left kept texts of configurations that it could not search, and this run destroyed such texts.
    /// </summary>
    public bool CompletesEarlier { get; init; }

    /// <summary>
    /// True where the log does not know the person: the name has a typo, or the person was erased before. Keys of a name that only acts of reading
    /// have, and kept texts that have the subject as a word, may be destroyed nevertheless. The run that completes an earlier one is not meant.
    /// </summary>
    public bool IsOfNobody => !WasKnown && !CompletesEarlier && !IsOnlyAskedFor;
}

/// <summary>An issuer at which only acts of reading asked for a subject.</summary>
/// <param name="Issuer">The issuer; empty for a reader who may not see it.</param>
/// <param name="Keys">The number of keys.</param>
internal sealed record AskedName(string Issuer, int Keys);

/// <summary>
/// What an erasure could not reach: kept texts of configurations that it could not search or delete, or destroyed keys that it could not
/// overwrite. The next run of the command completes it, for keys that of retention.
/// </summary>
/// <param name="Message">What could not be done, and why.</param>
/// <param name="Remedy">The remedy.</param>
internal sealed record UnfinishedErasure(string Message, string Remedy)
{
    /// <summary>The type of fault in the entry of the act.</summary>
    public const string Type = "unfinished";

    /// <summary>Joins two of them; null where there is none.</summary>
    public static UnfinishedErasure? Of(UnfinishedErasure? first, UnfinishedErasure? second) => (first, second) switch
    {
        ({ } one, { } other) => new UnfinishedErasure($"{one.Message}; {other.Message}", $"{one.Remedy}; {other.Remedy}"),
        _ => first ?? second,
    };
}
