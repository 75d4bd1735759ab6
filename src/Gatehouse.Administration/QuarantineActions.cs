using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists withheld results. It shows nothing of them.</summary>
/// <param name="WithFinished">True for results in every state; false for those that are kept or released.</param>
internal sealed record ListQuarantine([property: JsonPropertyName("all")] bool WithFinished = false) : AdministrativeAction<QuarantineList>
{
    // A person reads so many; more of them are reported.
    private const int MostListed = 1000;

    internal override string Name => "quarantine.list";

    internal override ActRow Row => QuarantineRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Quarantine is not null;

    protected override async Task<ActionOutcome<QuarantineList>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var found = await parts.Quarantine!.ListAsync(WithFinished, MostListed + 1).ConfigureAwait(false);
        return new QuarantineList([.. found.TakeLast(MostListed)], found.Count > MostListed ? "there are more; these are the newest" : null);
    }
}

/// <summary>Shows one withheld result in full. The gateway notes who was shown what: only that person can release it.</summary>
/// <param name="Id">The result.</param>
internal sealed record ShowQuarantined(string Id = "") : AdministrativeAction<QuarantineView>
{
    internal override string Name => "quarantine.show";

    internal override ActRow Row => QuarantineRows.Show;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    /// <summary>The reason, in the person's words; may be empty.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), QuarantineActs.Fact(Id), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), QuarantineActs.Given(Id)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => QuarantineActs.HasTarget(refusal);

    public override bool IsOffered(AdministrationParts parts) => parts.Quarantine is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => !QuarantineActs.IsId(Id) ? ActionRefusal.NoResultNamed
        : Reason.Length > QuarantineActs.LongestReason ? ActionRefusal.LongReason : null;

    protected override Task<ActionOutcome<QuarantineView>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.ShowAsync(Id, by);
}

/// <summary>Releases one withheld result for the next call that is the same. The findings that the person was shown are set aside in it.</summary>
/// <param name="Id">The result.</param>
/// <param name="Shown">SHA-256 of the text that the person was shown; 64 hexadecimal digits.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
/// <param name="FalseAlarm">True to mark the findings as false alarms, which keeps the result as a case for <c>gatehouse detect</c>.</param>
internal sealed record ReleaseQuarantined(string Id = "", string Shown = "", string Reason = "", bool FalseAlarm = false)
    : AdministrativeAction<QuarantineReleased>
{
    internal override string Name => "quarantine.release";

    internal override ActRow Row => QuarantineRows.Release;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(), QuarantineActs.Fact(Id), StatedReason(Reason), KeyValuePair.Create("kind", FalseAlarm ? "false-alarm" : "")];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts =>
        [.. Named(), QuarantineActs.Given(Id), StatedReason(Reason), KeyValuePair.Create("kind", FalseAlarm ? "false-alarm" : "")];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => QuarantineActs.HasTarget(refusal);

    public override bool IsOffered(AdministrationParts parts) => parts.Quarantine is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!QuarantineActs.IsId(Id)) return ActionRefusal.NoResultNamed;
        if (!ApprovalActs.IsDigest(Shown)) return ActionRefusal.ResultNotShown(Id);
        return Reason.Length > QuarantineActs.LongestReason ? ActionRefusal.LongReason : null;
    }

    public override Task<ActionRefusal?> ImpossibleAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.ImpossibleAsync(Id, isRelease: true);

    protected override Task<ActionOutcome<QuarantineReleased>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.ReleaseAsync(this, by);
}

/// <summary>Deletes one withheld result.</summary>
/// <param name="Id">The result.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
internal sealed record DeleteQuarantined(string Id = "", string Reason = "") : AdministrativeAction<QuarantineDeleted>
{
    internal override string Name => "quarantine.delete";

    internal override ActRow Row => QuarantineRows.Delete;

    internal override string Given => Reason;

    // A caller never gets the result then. So it needs its person and its entry.
    internal override ActionEffect Effect => ActionEffect.Grants;

    // It gives nothing to anyone. Only the client of the call itself cannot delete the result.
    internal override bool TakesCallingClients => true;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), QuarantineActs.Fact(Id), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), QuarantineActs.Given(Id), StatedReason(Reason)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => QuarantineActs.HasTarget(refusal);

    public override bool IsOffered(AdministrationParts parts) => parts.Quarantine is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!QuarantineActs.IsId(Id)) return ActionRefusal.NoResultNamed;
        return Reason.Length > QuarantineActs.LongestReason ? ActionRefusal.LongReason : null;
    }

    public override Task<ActionRefusal?> ImpossibleAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.ImpossibleAsync(Id, isRelease: false);

    protected override Task<ActionOutcome<QuarantineDeleted>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.DeleteAsync(this, by);
}

/// <summary>Shows the false alarms that people marked, with their results.</summary>
internal sealed record ListQuarantineCases : AdministrativeAction<QuarantineCaseList>
{
    internal override string Name => "quarantine.cases";

    internal override ActRow Row => QuarantineRows.Cases;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    /// <summary>The reason, in the person's words; may be empty.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), StatedReason(Reason)];

    public override bool IsOffered(AdministrationParts parts) => parts.Quarantine is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Reason.Length > QuarantineActs.LongestReason ? ActionRefusal.LongReason : null;

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        [Count("hits", ((QuarantineCaseList)result).Cases.Count)];

    protected override Task<ActionOutcome<QuarantineCaseList>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Quarantine!.CasesAsync(by);
}

/// <summary>Withheld results.</summary>
/// <param name="Results">The results, the oldest first.</param>
/// <param name="Remedy">A remark about what the list lacks; null for none.</param>
internal sealed record QuarantineList(IReadOnlyList<QuarantineView> Results, string? Remedy) : ActResult
{
    /// <inheritdoc />
    public override string? Remedy { get; init; } = Remedy;
}

/// <summary>False alarms that people marked.</summary>
/// <param name="Cases">The cases.</param>
internal sealed record QuarantineCaseList(IReadOnlyList<QuarantineCase> Cases) : ActResult;

/// <summary>A withheld result was released.</summary>
/// <param name="Id">The result.</param>
/// <param name="Server">The server.</param>
/// <param name="Tool">The tool; null for a call of another method.</param>
/// <param name="Findings">Ids of the findings that are set aside, each once.</param>
/// <param name="Expires">The end of the release.</param>
internal sealed record QuarantineReleased(string Id, string Server, string? Tool, IReadOnlyList<string> Findings, DateTimeOffset Expires)
    : ActResult
{
    /// <summary>Returns the result as a list shows it, without its caller.</summary>
    public QuarantineView View() => new()
    {
        Id = Id,
        State = "released",
        Server = Server,
        Method = Tool is null ? null : "tools/call",
        Target = Tool,
        Findings = Findings,
        Expires = Expires,
    };

    /// <inheritdoc />
    internal override string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Id} is released: the same call returns it once, until {Moments.Words(Expires)}");
}

/// <summary>A withheld result was deleted.</summary>
/// <param name="Id">The result.</param>
internal sealed record QuarantineDeleted(string Id) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"{Id} is deleted; no call returns it";
}

/// <summary>The common parts of acts about withheld results.</summary>
internal static class QuarantineActs
{
    /// <summary>The most characters of a reason.</summary>
    public const int LongestReason = 1024;

    /// <summary>The word of a refusal of a text that the person was not shown.</summary>
    public const string NotShown = "not-shown";

    /// <summary>The word of a refusal of a result that cannot be opened any more.</summary>
    public const string NotReadable = "not-readable";

    /// <summary>The word of a refusal of a result that is taken, deleted or over.</summary>
    public const string Over = "over";

    private const string Prefix = "qua-";
    private const int LongestId = 32;

    /// <summary>Returns whether a text has the form of the id of a withheld result.</summary>
    public static bool IsId(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length is > 4 and <= LongestId
        && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-');

    /// <summary>Returns the fact with the id of a result. The fact is in clear, so it never holds words of the asking program.</summary>
    public static KeyValuePair<string, string> Fact(string id) => KeyValuePair.Create("quarantine", IsId(id) ? id : "");

    /// <summary>Returns the fact with an id that a program asked for, which it may have made up. The fact is sealed.</summary>
    public static KeyValuePair<string, string> Given(string id) => KeyValuePair.Create("givenQuarantine", id);

    /// <summary>Returns whether a refusal shows that the gateway has the result. Some are made before the result is looked for.</summary>
    public static bool HasTarget(ActionRefusal refusal) => refusal.Why is NotShown or NotReadable or Over;
}
