using Gatehouse.Audit;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Changes of questions: each has its entry first, and is then reported to who follows questions.</summary>
/// <param name="journal">The entries.</param>
internal sealed class RecordedChanges(ApprovalJournal journal)
{
    /// <summary>
    /// Receives a question after an entry about it is durable: when it is asked, answered or over. It is in the path of a call, so that it only notes
    /// the change.
    /// </summary>
    public Action<ApprovalRow>? Changed { get; set; }

    /// <inheritdoc cref="ApprovalJournal.AskedAsync"/>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task AskedAsync(ApprovalRow row, ApprovalFacts? facts, bool isRecovered)
    {
        await journal.AskedAsync(row, facts, isRecovered).ConfigureAwait(false);
        Changed?.Invoke(row);
    }

    /// <inheritdoc cref="ApprovalJournal.AnsweredAsync"/>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task AnsweredAsync(
        ApprovalRow row, ApprovalFacts? facts, ApprovalAnswerRow answer, ApproverFacts? by, int granted, bool isRecovered)
    {
        await journal.AnsweredAsync(row, facts, answer, by, granted, isRecovered).ConfigureAwait(false);
        Changed?.Invoke(row);
    }

    /// <inheritdoc cref="ApprovalJournal.EndedAsync"/>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task EndedAsync(ApprovalRow row, ApprovalFacts? facts, string why, bool isRecovered)
    {
        await journal.EndedAsync(row, facts, why, isRecovered).ConfigureAwait(false);
        Changed?.Invoke(row);
    }
}
