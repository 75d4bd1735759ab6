using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The entries about questions and answers in the audit log. Each returns when it is durable, before its effect.</summary>
/// <param name="note">
/// Writes a control entry in the part of the log of a caller, or of the gateway for null, and returns whether it is durable. The flag says that it is
/// written even where the caller's part is spent.
/// </param>
internal sealed class ApprovalJournal(Func<CallerPartition?, bool, string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>The cause of a closing that a crash has taken from memory.</summary>
    public const string UnknownCause = "not-known";

    /// <summary>Writes that a person is asked.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task AskedAsync(ApprovalRow row, ApprovalFacts? facts, bool isRecovered) => row.Kind == ApprovalKind.Access
        ? NoteAsync(row, facts, "access.requested", isRecovered,
            ("rule", Rules(facts)), ("duration", Duration(facts)), ("needed", Text(row.Needed)), ("until", Moments.Rfc3339(row.Expires)),
            ("by", facts?.Subject ?? ""), ("byIssuer", facts?.Issuer ?? ""), ("client", facts?.Client ?? ""),
            ("statedReason", facts?.Access?.Reason ?? ""))
        : NoteAsync(row, facts, ActOf(row, "asked"), isRecovered,
            ("kind", row.Kind == ApprovalKind.Confirmation ? "call" : WordOf(row.Kind)), ("server", facts?.Server ?? ""), ("rule", Rules(facts)),
            ("strength", StrengthOf(row)), ("needed", Text(row.Needed)), ("until", Moments.Rfc3339(row.Expires)),
            ("action", facts is null ? "" : $"{facts.Method} {facts.Target}".TrimEnd()));

    /// <summary>
    /// Writes that a person is shown the text of a question. The entry takes the part of the log of that person, who need not be an administrator: a
    /// question can be shown without end (CWE-770).
    /// </summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task ShownAsync(ApprovalRow row, ApprovalFacts facts, ReadOnlyMemory<byte> shown, string way, ApproverFacts by) => RequireAsync(note(
        by.Issuer == PersonalFacts.AccountIssuer ? null : CallerPartition.Of(by.Issuer, by.Subject), false, "approval.shown",
        [
            ("approval", row.Id), ("keyedDigest", Sealed(facts, row.Digest)), ("shown", Sealed(facts, shown)), ("way", way),
            ("by", by.Subject), ("byIssuer", by.Issuer), ("caller", facts.Caller),
        ]));

    /// <summary>Writes one person's answer.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task AnsweredAsync(
        ApprovalRow row, ApprovalFacts? facts, ApprovalAnswerRow answer, ApproverFacts? by, int granted, bool isRecovered)
    {
        var all = new List<(string, string)>
        {
            ("approval", row.Id), ("decision", answer.Grants ? "grant" : "deny"), ("granted", Text(granted)), ("needed", Text(row.Needed)),
            ("shown", Sealed(facts, answer.Shown)), ("way", answer.Way), ("keyedDigest", Sealed(facts, row.Digest)),
            ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""),
            (row.Kind == ApprovalKind.Confirmation ? "outcome" : "statedReason", by?.Reason ?? ""), ("caller", facts?.Caller ?? ""),
            ("strength", row.Kind == ApprovalKind.Confirmation ? StrengthOf(row) : ""),
        };
        if (by?.Seconds is { } seconds) all.Add(("seconds", seconds.ToString("0.0", CultureInfo.InvariantCulture)));
        if (isRecovered) all.Add(("recovered", "yes"));
        if (row.Kind == ApprovalKind.Access)
            all.AddRange([("client", by?.Client ?? ""), ("rule", Rules(facts)), ("until", EndOf(facts, answer, granted >= row.Needed))]);
        var act = row.Kind != ApprovalKind.Access ? ActOf(row, "answered") : answer.Grants ? "access.granted" : "access.denied";
        // A confirmation is an act of the caller, an approval one of another person.
        CallerPartition? caller = row.Kind == ApprovalKind.Confirmation && facts is not null ? CallerPartition.Of(facts.Issuer, facts.Subject) : null;
        await RequireAsync(note(caller, caller is not null, act, [.. all.Where(static fact => fact.Item2.Length > 0)])).ConfigureAwait(false);
    }

    /// <summary>Writes that a grant was used, or that a question or its grant is over.</summary>
    /// <param name="row">The question in its state of now: spent, expired or closed.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="why">The cause of a closing; empty for none.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task EndedAsync(ApprovalRow row, ApprovalFacts? facts, string why, bool isRecovered) => NoteAsync(
        row, facts, row.State switch
        {
            _ when row.Kind == ApprovalKind.Access => "access.ended",
            ApprovalState.Spent => ActOf(row, "spent"),
            ApprovalState.Expired => ActOf(row, "expired"),
            _ => ActOf(row, "closed"),
        }, isRecovered,
        ("rule", row.Kind == ApprovalKind.Access ? Rules(facts) : ""), ("why", why),
        ("strength", row.Kind == ApprovalKind.Confirmation ? StrengthOf(row) : ""));

    /// <summary>Writes that a person took a right back, or a request for one.</summary>
    /// <param name="row">The question.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="by">The person; null when the facts about the person cannot be opened any more.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task RevokedAsync(ApprovalRow row, ApprovalFacts? facts, ApproverFacts? by, bool isRecovered) => NoteAsync(
        row, facts, "access.revoked", isRecovered,
        ("rule", Rules(facts)), ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""), ("statedReason", by?.Reason ?? ""));

    // Both digests depend on the caller and the arguments. They are in the caller's box, so that no reader of the log can try out a guess or link the
    // questions of different months. Without the facts the caller was erased, and the box would be that of another person.
    private static string Sealed(ApprovalFacts? facts, ReadOnlyMemory<byte> digest) => facts is null ? "" : Convert.ToHexStringLower(digest.Span);

    private static string Duration(ApprovalFacts? facts) =>
        facts?.Access is { } asked ? ((long)asked.Lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "";

    // The last of the people who have to grant it begins the right.
    private static string EndOf(ApprovalFacts? facts, ApprovalAnswerRow answer, bool begins) =>
        answer.Grants && begins && facts?.Access is { } asked ? Moments.Rfc3339(answer.At + asked.Lasts) : "";

    private async Task NoteAsync(ApprovalRow row, ApprovalFacts? facts, string act, bool isRecovered, params (string Name, string Value)[] further)
    {
        (string Name, string Value)[] all =
        [
            ("approval", row.Id), ("keyedDigest", Sealed(facts, row.Digest)), .. further, ("caller", facts?.Caller ?? ""),
            ("recovered", isRecovered ? "yes" : ""),
        ];
        var filled = all.Where(static fact => fact.Value.Length > 0).ToArray();
        // The entries of one caller's questions use that caller's part of the log.
        var caller = facts is null ? (CallerPartition?)null : CallerPartition.Of(facts.Issuer, facts.Subject);
        // Threat: a caller whose part of the log is spent keeps rights active and questions open. Only a new question is held to the part. The
        // entries that follow it, and a late entry of a stored question, are bounded by the number of stored questions.
        var isFollowing = isRecovered || act is not ("access.requested" or "approval.asked" or "confirmation.asked");
        await RequireAsync(note(caller, isFollowing, act, filled)).ConfigureAwait(false);
    }

    private static async Task RequireAsync(Task<bool> noting)
    {
        if (!await noting.ConfigureAwait(false)) throw new AuditUnavailableException("the entry about the approval could not be made durable");
    }

    private static string Rules(ApprovalFacts? facts) =>
        facts is null ? "" : string.Join(' ', facts.Rules.Select(static rule => rule.Source).Distinct(StringComparer.Ordinal));

    // A confirmation has acts of its own, so that no reader of the log takes it for an approval.
    private static string ActOf(ApprovalRow row, string word) => (row.Kind == ApprovalKind.Confirmation ? "confirmation." : "approval.") + word;

    // A rule of the strength confirm may have asked for an approval in the place of a confirmation.
    private static string StrengthOf(ApprovalRow row) => row.Kind == ApprovalKind.Confirmation ? "confirm" : "approval";

    private static string WordOf(ApprovalKind kind) => Lower(kind.ToString());

    private static string Lower(string word) => string.Create(word.Length, word, static (span, from) => from.AsSpan().ToLowerInvariant(span));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
