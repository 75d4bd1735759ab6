using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;

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
            ("rule", Rules(facts)), ("duration", Duration(facts)), ("needed", Text(row.Needed)), ("until", Text(row.Expires)),
            ("by", facts?.Subject ?? ""), ("byIssuer", facts?.Issuer ?? ""), ("client", facts?.Client ?? ""),
            ("statedReason", facts?.Access?.Reason ?? ""))
        : NoteAsync(row, facts, "approval.asked", isRecovered,
        ("kind", WordOf(row.Kind)), ("server", facts?.Server ?? ""), ("rule", Rules(facts)),
        ("strength", facts is null ? "" : Lower(facts.Terms.Strength.ToString())), ("needed", Text(row.Needed)), ("until", Text(row.Expires)),
        ("action", facts is null ? "" : $"{facts.Method} {facts.Target}".TrimEnd()));

    /// <summary>Writes that a person is shown the text of a question.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task ShownAsync(ApprovalRow row, ApprovalFacts facts, ReadOnlyMemory<byte> shown, string way, ApproverFacts by) => RequireAsync(note(
        null, false, "approval.shown",
        [
            ("approval", row.Id), ("digest", Convert.ToHexStringLower(row.Digest.Span)), ("shown", Convert.ToHexStringLower(shown.Span)),
            ("way", way), ("by", by.Subject), ("byIssuer", by.Issuer), ("caller", facts.Caller),
        ]));

    /// <summary>Writes one person's answer.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task AnsweredAsync(
        ApprovalRow row, ApprovalFacts? facts, ApprovalAnswerRow answer, ApproverFacts? by, int granted, bool isRecovered)
    {
        var all = new List<(string, string)>
        {
            ("approval", row.Id), ("decision", answer.Grants ? "grant" : "deny"), ("granted", Text(granted)), ("needed", Text(row.Needed)),
            ("shown", Convert.ToHexStringLower(answer.Shown.Span)), ("way", answer.Way), ("digest", Convert.ToHexStringLower(row.Digest.Span)),
            ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""), ("statedReason", by?.Reason ?? ""), ("caller", facts?.Caller ?? ""),
        };
        if (by?.Seconds is { } seconds) all.Add(("seconds", seconds.ToString("0.0", CultureInfo.InvariantCulture)));
        if (isRecovered) all.Add(("recovered", "yes"));
        if (row.Kind == ApprovalKind.Access)
            all.AddRange([("client", by?.Client ?? ""), ("rule", Rules(facts)), ("until", EndOf(facts, answer, granted >= row.Needed))]);
        var act = row.Kind != ApprovalKind.Access ? "approval.answered" : answer.Grants ? "access.granted" : "access.denied";
        await RequireAsync(note(null, false, act, [.. all.Where(static fact => fact.Item2.Length > 0)])).ConfigureAwait(false);
    }

    /// <summary>Writes that a grant was used, or that a question or its grant is over.</summary>
    /// <param name="row">The question in its state of now: spent, expired or closed.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="why">The cause of a closing; empty for none.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task EndedAsync(ApprovalRow row, ApprovalFacts? facts, string why, bool isRecovered) => NoteAsync(row, facts, row.State switch
    {
        _ when row.Kind == ApprovalKind.Access => "access.ended",
        ApprovalState.Spent => "approval.spent",
        ApprovalState.Expired => "approval.expired",
        _ => "approval.closed",
    }, isRecovered, ("rule", row.Kind == ApprovalKind.Access ? Rules(facts) : ""), ("why", why));

    /// <summary>Writes that a person took a right back, or a request for one.</summary>
    /// <param name="row">The question.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="by">The person; null when the facts about the person cannot be opened any more.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task RevokedAsync(ApprovalRow row, ApprovalFacts? facts, ApproverFacts? by, bool isRecovered) => NoteAsync(
        row, facts, "access.revoked", isRecovered,
        ("rule", Rules(facts)), ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""), ("statedReason", by?.Reason ?? ""));

    private static string Duration(ApprovalFacts? facts) =>
        facts?.Access is { } asked ? ((long)asked.Lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "";

    // The last of the people who have to grant it begins the right.
    private static string EndOf(ApprovalFacts? facts, ApprovalAnswerRow answer, bool begins) =>
        answer.Grants && begins && facts?.Access is { } asked ? Text(answer.At + asked.Lasts) : "";

    private async Task NoteAsync(ApprovalRow row, ApprovalFacts? facts, string act, bool isRecovered, params (string Name, string Value)[] further)
    {
        (string Name, string Value)[] all =
        [
            ("approval", row.Id), ("digest", Convert.ToHexStringLower(row.Digest.Span)), .. further, ("caller", facts?.Caller ?? ""),
            ("recovered", isRecovered ? "yes" : ""),
        ];
        var filled = all.Where(static fact => fact.Value.Length > 0).ToArray();
        // The entries of one caller's questions use that caller's part of the log.
        var caller = facts is null ? (CallerPartition?)null : CallerPartition.Of(facts.Issuer, facts.Subject);
        // Threat: a caller whose part of the log is spent keeps rights active and questions open. Only what is asked uses up the part.
        var isFollowing = act is not ("access.requested" or "approval.asked");
        await RequireAsync(note(caller, isFollowing, act, filled)).ConfigureAwait(false);
    }

    private static async Task RequireAsync(Task<bool> noting)
    {
        if (!await noting.ConfigureAwait(false)) throw new AuditUnavailableException("the entry about the approval could not be made durable");
    }

    private static string Rules(ApprovalFacts? facts) =>
        facts is null ? "" : string.Join(' ', facts.Rules.Select(static rule => rule.Source).Distinct(StringComparer.Ordinal));

    private static string WordOf(ApprovalKind kind) => Lower(kind.ToString());

    private static string Lower(string word) => string.Create(word.Length, word, static (span, from) => from.AsSpan().ToLowerInvariant(span));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
