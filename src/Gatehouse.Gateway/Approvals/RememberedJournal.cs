using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The entries about remembered answers in the audit log. Each returns when it is durable, before its effect.</summary>
/// <param name="note">As in <see cref="ApprovalJournal"/>.</param>
internal sealed class RememberedJournal(Func<CallerPartition?, bool, string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>The cause of an end that a crash has taken from memory.</summary>
    public const string UnknownCause = ApprovalJournal.UnknownCause;

    /// <summary>Writes that an answer is remembered.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task RememberedAsync(RememberedAnswer answer, bool isRecovered)
    {
        var (row, facts, by) = (answer.Row, answer.Facts, answer.By);
        return NoteAsync(null, true, "approval.remembered",
            ("approval", row.ApprovalId), ("remembered", row.Id), ("server", facts?.Call.Server ?? ""), ("rule", RulesOf(facts)),
            ("remember", facts is null ? "" : facts.Terms.Folder is null ? "arguments" : "folder"), ("until", Moments.Rfc3339(row.Until)),
            ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""), ("caller", facts?.Call.Caller ?? ""),
            ("action", facts is null ? "" : $"{facts.Call.Method} {RememberedText.WordsOf(facts)}"), ("recovered", isRecovered ? "yes" : ""));
    }

    /// <summary>Writes that a remembered answer lets a call pass.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable: the call must not be forwarded.</exception>
    public Task ReusedAsync(RememberedApprovalRow row, RememberedFacts facts) => NoteAsync(
        CallerPartition.Of(facts.Call.Issuer, facts.Call.Subject), false, "approval.reused",
        ("approval", row.ApprovalId), ("remembered", row.Id), ("caller", facts.Call.Caller));

    /// <summary>Writes that a remembered answer counts no more.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable. The answer counts no more nevertheless.</exception>
    public Task ForgottenAsync(RememberedApprovalRow row, RememberedFacts? facts, string why, bool isRecovered) => NoteAsync(
        null, true, "approval.forgotten",
        ("approval", row.ApprovalId), ("remembered", row.Id), ("why", why), ("caller", facts?.Call.Caller ?? ""),
        ("recovered", isRecovered ? "yes" : ""));

    private async Task NoteAsync(CallerPartition? caller, bool isFollowing, string act, params (string Name, string Value)[] facts)
    {
        if (!await note(caller, isFollowing, act, [.. facts.Where(static fact => fact.Value.Length > 0)]).ConfigureAwait(false))
            throw new AuditUnavailableException("the entry about the remembered answer could not be made durable");
    }

    private static string RulesOf(RememberedFacts? facts) =>
        facts is null ? "" : string.Join(' ', facts.Call.Rules.Select(static rule => rule.Source).Distinct(StringComparer.Ordinal));
}
