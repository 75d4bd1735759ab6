using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// Lists questions to people: calls that wait for an approval, requests for rights, and definitions that are withheld. It shows no arguments.
/// </summary>
/// <param name="WithAnswered">True for calls in every state; false for open ones and for grants that were not used.</param>
internal sealed record ListApprovals([property: JsonPropertyName("all")] bool WithAnswered = false) : AdministrativeAction<ApprovalList>
{
    /// <summary>The most questions in a list. A person reads so many; more of them are reported.</summary>
    public const int MostListed = 1000;

    internal override string Name => "approval.list";

    internal override ActRow Row => ApprovalRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    // The list itself has only what the person may see.
    internal override ActionStrength RemoteStrength => ActionStrength.Holder;

    public override bool IsOffered(AdministrationParts parts) => parts.Approvals is not null;

    protected override async Task<ActionOutcome<ApprovalList>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var found = await parts.Approvals!.ListAsync(WithAnswered, MostListed + 1, by).ConfigureAwait(false);
        if (found.Result?.Approvals is not { } calls) return found;
        var remembered = await parts.Approvals.RememberedAsync(by).ConfigureAwait(false);
        // Definitions are approved by administrators.
        var pending = by.ListsAll && parts.Definitions is { } definitions ? await definitions.PendingAsync().ConfigureAwait(false) : null;
        var remedy = calls.Count > MostListed ? "there are more; these are the newest"
            : pending is { Definitions.Count: > 0 } ? pending.Remedy : null;
        return new ApprovalList(
            [.. calls.TakeLast(MostListed), .. remembered, .. pending?.Definitions.Select(DefinitionQuestions.Row) ?? []], remedy);
    }
}

/// <summary>Shows one question in full. The gateway notes who was shown which text: only that person can answer, and only this text.</summary>
/// <param name="Id">The question.</param>
internal sealed record ShowApproval(string Id = "") : AdministrativeAction<ApprovalView>
{
    internal override string Name => "approval.show";

    internal override ActRow Row => ApprovalRows.Show;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Holder;

    // The policy says who may see a call. It does not say who may see a definition.
    internal override ActionStrength RemoteStrength => DefinitionQuestions.IsId(Id) ? ActionStrength.Person : ActionStrength.Holder;

    internal override ActionStrength TokenStrength => RemoteStrength;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), ApprovalActs.Fact(Id)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), ApprovalActs.Given(Id)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => refusal.Why is not ApprovalActs.Unknown;

    public override bool IsOffered(AdministrationParts parts) => parts.Approvals is not null;

    /// <summary>The calls for which a grant would be remembered, as the person asks; the shown text names them. Null for none.</summary>
    public RememberWish? Remember { get; init; }

    public override ActionRefusal? Fault(AdministrationParts parts) => !ApprovalActs.IsId(Id) ? ActionRefusal.NoApprovalNamed
        : Remember is not null && !ApprovalActs.IsCallId(Id) ? ActionRefusal.NotRemembered(Id) : Remember?.Fault();

    protected override async Task<ActionOutcome<ApprovalView>> RunAsync(AdministrationParts parts, Administrator by)
    {
        if (!DefinitionQuestions.IsId(Id)) return await parts.Approvals!.ShowAsync(this, by).ConfigureAwait(false);
        if (parts.Definitions is not { } definitions) return ActionRefusal.UnknownApproval(Id);
        var pending = await definitions.PendingAsync().ConfigureAwait(false);
        return pending.Definitions.FirstOrDefault(one => DefinitionQuestions.IdOf(one) == Id) is { } found
            ? DefinitionQuestions.Shown(found) : ActionRefusal.UnknownApproval(Id);
    }
}

/// <summary>
/// A person's answer to the question whether one call may be carried out, whether a person may have a right for a time, or whether a person may do
/// an act of administration.
/// </summary>
/// <param name="Id">The question.</param>
/// <param name="Grants">True for a grant, false for a denial.</param>
/// <param name="Digest">Digest of the call, as it was shown; 64 hexadecimal digits. Empty where the person names only the shown text.</param>
/// <param name="Shown">SHA-256 of the text that the person was shown; 64 hexadecimal digits. Empty is refused.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
internal sealed record AnswerApproval(
    string Id = "", [property: JsonIgnore] bool Grants = false, string Digest = "", string Shown = "", string Reason = "")
    : AdministrativeAction<ApprovalAnswered>
{
    internal override string Name => Grants ? "approval.grant" : "approval.deny";

    internal override ActRow Row => Grants ? ApprovalRows.Grant : ApprovalRows.Deny;

    internal override string Given => Reason;

    /// <summary>The calls for which the grant is remembered, as the person asks; the shown text named them. Null for none.</summary>
    public RememberWish? Remember { get; init; }

    /// <summary>The text of the notification that a signed answer is about. Null for other ways, which note what they show. No body has it.</summary>
    [JsonIgnore]
    public SentText? Sent { get; init; }

    // Notifications are about calls. Rights and acts of administration are answered with a token.
    internal override bool TakesSignedAnswers => ApprovalActs.IsCallId(Id) && Remember is null;

    // A denial is an answer as well: it ends the question for all approvers, so that it needs its person and its entry.
    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Holder;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), ApprovalActs.Fact(Id), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), ApprovalActs.Given(Id), StatedReason(Reason)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => refusal.Why is not ApprovalActs.Unknown;

    public override bool IsOffered(AdministrationParts parts) => parts.Approvals is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (DefinitionQuestions.IsId(Id)) return ActionRefusal.DefinitionNoCall;
        if (!ApprovalActs.IsId(Id)) return ActionRefusal.NoApprovalNamed;
        if (Remember is not null && !Grants) return ActionRefusal.DenialNotRemembered;
        if (Remember is not null && !ApprovalActs.IsCallId(Id)) return ActionRefusal.NotRemembered(Id);
        // An answer without the shown text is refused when the state of the question is known: that is what the person has to learn first.
        if (new[] { Digest, Shown }.Any(static text => text.Length > 0 && !ApprovalActs.IsDigest(text))) return ActionRefusal.NotShown(Id);
        return Reason.Length > ApprovalActs.LongestReason ? ActionRefusal.LongReason : Remember?.Fault();
    }

    protected override Task<ActionOutcome<ApprovalAnswered>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Approvals!.AnswerAsync(this, by);
}

/// <summary>Takes a grant of a call or an act back that was not used.</summary>
/// <param name="Id">The question.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
internal sealed record RevokeApproval(string Id = "", string Reason = "") : AdministrativeAction<ApprovalRevoked>
{
    internal override string Name => "approval.revoke";

    internal override ActRow Row => ApprovalRows.Revoke;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Holder;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), ApprovalActs.Fact(Id), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), ApprovalActs.Given(Id), StatedReason(Reason)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => refusal.Why is not ApprovalActs.Unknown;

    public override bool IsOffered(AdministrationParts parts) => parts.Approvals is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!ApprovalActs.IsCallId(Id) && !ApprovalActs.IsActId(Id)) return ActionRefusal.NoApprovalNamed;
        return Reason.Length > ApprovalActs.LongestReason ? ActionRefusal.LongReason : null;
    }

    protected override Task<ActionOutcome<ApprovalRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Approvals!.RevokeAsync(this, by);
}

/// <summary>Forgets an answer that is remembered.</summary>
/// <param name="Id">The remembered answer.</param>
/// <param name="Reason">The reason, in the person's words; may be empty.</param>
internal sealed record ForgetApproval(string Id = "", string Reason = "") : AdministrativeAction<ApprovalForgotten>
{
    internal override string Name => "approval.forget";

    internal override ActRow Row => ApprovalRows.Forget;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Holder;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(), KeyValuePair.Create("remembered", ApprovalActs.IsRememberedId(Id) ? Id : ""), StatedReason(Reason)];

    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts => [.. Named(), KeyValuePair.Create("givenRemembered", Id), StatedReason(Reason)];

    /// <inheritdoc />
    public override bool HasTarget(ActionRefusal refusal) => refusal.Why is not ApprovalActs.UnknownRemembered;

    public override bool IsOffered(AdministrationParts parts) => parts.Approvals is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!ApprovalActs.IsRememberedId(Id)) return ActionRefusal.NoRememberedNamed;
        return Reason.Length > ApprovalActs.LongestReason ? ActionRefusal.LongReason : null;
    }

    protected override Task<ActionOutcome<ApprovalForgotten>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Approvals!.ForgetAsync(this, by);
}

/// <summary>Questions to people.</summary>
/// <param name="Approvals">The questions: calls, the oldest first, then remembered answers, then definitions.</param>
/// <param name="Remedy">A remark about what the list lacks, or why no person may answer; null for none.</param>
internal sealed record ApprovalList(IReadOnlyList<ApprovalView> Approvals, string? Remedy) : ActResult
{
    /// <inheritdoc />
    public override string? Remedy { get; init; } = Remedy;
}

/// <summary>A person's answer was taken.</summary>
/// <param name="Id">The question.</param>
/// <param name="Grants">True for a grant, false for a denial.</param>
/// <param name="IsDecided">True when this answer decided the question.</param>
/// <param name="Granted">Number of people who have granted it.</param>
/// <param name="Needed">Number of people who must grant it.</param>
/// <param name="Expires">The end of the grant; null where there is none.</param>
internal sealed record ApprovalAnswered(string Id, bool Grants, bool IsDecided, int Granted, int Needed, DateTimeOffset? Expires)
    : ActResult
{
    /// <summary>True for a question about a right.</summary>
    public bool IsOfAccess { get; init; }

    /// <summary>True for a question about an act of administration.</summary>
    public bool IsOfAct { get; init; }

    /// <summary>Id of the answer that is remembered; null for none.</summary>
    public string? Remembered { get; init; }

    /// <summary>The end of the time for which it is remembered; null where nothing is.</summary>
    public DateTimeOffset? RememberedUntil { get; init; }

    /// <summary>Why the answer is not remembered although the person wanted it; null where nothing is missing.</summary>
    public string? NotRemembered { get; init; }

    /// <inheritdoc />
    internal override string Sentence => Answer()
        + (Remembered is { } id ? $"; remembered as {id} until {Moment(RememberedUntil)}"
            : NotRemembered is { } why ? $"; it is not remembered: {why}" : "");

    private static string? Moment(DateTimeOffset? at) => at is { } known ? Moments.Words(known) : null;

    private string Answer()
    {
        if (!Grants) return $"{Id} is denied; {(IsOfAccess ? "the right is not given" : IsOfAct ? "the act is refused" : "the call is refused")}";
        if (!IsDecided) return string.Create(CultureInfo.InvariantCulture, $"{Id} is granted by {Granted} of {Needed} people; another person must grant it too");
        return $"{Id} is granted: {What}, until {Moment(Expires)}";
    }

    private string What => IsOfAccess ? "the right is active"
        : IsOfAct ? "the person who asked can do this act once, by the same command" : "one call with exactly this content";
}

/// <summary>A grant was taken back.</summary>
/// <param name="Id">The question.</param>
internal sealed record ApprovalRevoked(string Id) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"the grant of {Id} is revoked; the same {(ApprovalActs.IsActId(Id) ? "act" : "call")} asks a new question";
}

/// <summary>A remembered answer was forgotten.</summary>
/// <param name="Id">The remembered answer.</param>
internal sealed record ApprovalForgotten(string Id) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"{Id} is forgotten; the next such call asks a new question";
}

/// <summary>The common parts of acts about questions to people.</summary>
internal static class ApprovalActs
{
    /// <summary>The longest reason, in characters.</summary>
    public const int LongestReason = 1024;

    /// <summary>The word of a refusal that does not know the question.</summary>
    public const string Unknown = "unknown-approval";

    /// <summary>The word of a refusal that does not know the remembered answer.</summary>
    public const string UnknownRemembered = "unknown-remembered";

    private const string CallPrefix = "apr-";
    private const string AccessPrefix = "acc-";
    private const string ActPrefix = "act-";
    private const string RememberedPrefix = "rem-";
    private const int LongestId = 32;
    private const int DigestLength = 64;

    /// <summary>Returns whether a text has the form of the id of a question.</summary>
    public static bool IsId(string text) =>
        (text.StartsWith(CallPrefix, StringComparison.Ordinal) || text.StartsWith(AccessPrefix, StringComparison.Ordinal)
            || text.StartsWith(ActPrefix, StringComparison.Ordinal) || DefinitionQuestions.IsId(text)) && text.Length is > 4 and <= LongestId
            && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-');

    /// <summary>Returns whether a text has the form of the id of a request for a right.</summary>
    public static bool IsAccessId(string text) => text.StartsWith(AccessPrefix, StringComparison.Ordinal) && IsId(text);

    /// <summary>Returns whether a text has the form of the id of a question about an act of administration.</summary>
    public static bool IsActId(string text) => text.StartsWith(ActPrefix, StringComparison.Ordinal) && IsId(text);

    /// <summary>Returns whether a text has the form of the id of a question about a call.</summary>
    public static bool IsCallId(string text) => text.StartsWith(CallPrefix, StringComparison.Ordinal) && IsId(text);

    /// <summary>Returns whether a text has the form of the id of a remembered answer.</summary>
    public static bool IsRememberedId(string text) => text.StartsWith(RememberedPrefix, StringComparison.Ordinal)
        && text.Length is > 4 and <= LongestId && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-');

    /// <summary>Returns whether a text is a SHA-256 in lower-case hexadecimal digits.</summary>
    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// Returns the fact with the id of a question that the gateway has. The fact is in clear, so it never holds words of the asking program.
    /// </summary>
    public static KeyValuePair<string, string> Fact(string id) => KeyValuePair.Create("approval", IsId(id) ? id : "");

    /// <summary>
    /// Returns the fact with an id that a program asked for. The fact is sealed. The threat: the form of an id has room for 28 letters, and a program
    /// that makes one up writes the name of a person into a leaf that no erasure reaches (CWE-359).
    /// </summary>
    public static KeyValuePair<string, string> Given(string id) => KeyValuePair.Create("givenApproval", id);
}

/// <summary>A text that a notification had.</summary>
/// <param name="Digest">SHA-256 of the text.</param>
/// <param name="At">The moment when it was sent.</param>
/// <param name="IsWhole">False for a summary without the arguments of the call, after which a person can only deny.</param>
internal sealed record SentText(ReadOnlyMemory<byte> Digest, DateTimeOffset At, bool IsWhole);
