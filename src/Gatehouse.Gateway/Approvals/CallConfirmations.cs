using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Questions to the person at the client that calls. Each is a row of its own, with a digest of the call and of its own id, so that no other request
/// is answered by it. Rows, entries, expiry and the causes of closing are those of approvals (<see cref="ApprovalBook"/>).
/// </summary>
/// <param name="reader">Finds questions.</param>
/// <param name="questions">Opens questions, and waits for them.</param>
/// <param name="answers">Takes answers.</param>
/// <param name="digests">Digests of calls.</param>
/// <param name="time">The clock.</param>
internal sealed class CallConfirmations(
    ApprovalReader reader, ApprovalQuestions questions, ApprovalAnswers answers, CallDigests digests, TimeProvider time) : IConfirmations
{
    /// <summary>The way of the answer, as entries name it.</summary>
    public const string Way = "elicitation";

    // The answer of the gateway still has to reach the client.
    private static readonly TimeSpan BeforeDeadline = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async ValueTask<OpenedConfirmation> OpenAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.IsModern && PatienceOf(request) <= TimeSpan.Zero) return OpenedConfirmation.Not("no-time");
        try
        {
            return await OpenRowAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return OpenedConfirmation.Not("store");
        }
        catch (AuditUnavailableException)
        {
            return OpenedConfirmation.Not("record");
        }
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalAnswer> AwaitAsync(
        ApprovalRequest request, OpenedConfirmation opened, Task<ConfirmationChoice> answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(opened);
        try
        {
            var first = await Task.WhenAny(answer, opened.Ended).WaitAsync(PatienceOf(request), time, cancellation).ConfigureAwait(false);
            return first == opened.Ended
                ? Of(ApprovalOutcome.Outdated, opened.Id)
                : await TakeAsync(request, opened.Id, opened.Digest, await answer.ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await CloseAsync(opened.Id, "timeout").ConfigureAwait(false);
            return Of(ApprovalOutcome.TimedOut, opened.Id);
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(opened.Id, "call-ended").ConfigureAwait(false);
            throw;
        }
        finally
        {
            questions.LeaveAll(opened.Id);
        }
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalAnswer> AnswerAsync(
        ApprovalRequest request, RequestState state, ConfirmationChoice choice, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(state);
        // The digest was made with the newest key of its time.
        var isSame = digests.OfConfirmation(request.Call, state.ApprovalId)
            .Any(one => CryptographicOperations.FixedTimeEquals(one.Span, state.Digest.Span));
        if (isSame) return await TakeAsync(request, state.ApprovalId, state.Digest, choice, cancellation).ConfigureAwait(false);
        await CloseAsync(state.ApprovalId, "call-changed").ConfigureAwait(false);
        return Of(ApprovalOutcome.Outdated, state.ApprovalId);
    }

    /// <inheritdoc />
    public ApprovalAnswer? Continue(ApprovalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Continued is not { Kind: StateKind.Round } state) return null;
        var isSame = digests.OfApproval(request.Rounds).Any(one => CryptographicOperations.FixedTimeEquals(one.Span, state.Digest.Span));
        return isSame ? Of(ApprovalOutcome.Approved, state.ApprovalId) with { RoundsDigest = state.Digest, IsRound = true } : null;
    }

    /// <inheritdoc />
    public async ValueTask CloseAsync(string id, string why)
    {
        questions.LeaveAll(id);
        try
        {
            await questions.CloseWithoutWaitersAsync(id, why).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or AuditUnavailableException)
        {
            // No answer can come any more: it expires, and a sweep writes the entry.
        }
    }

    private async Task<OpenedConfirmation> OpenRowAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        var (settings, now, id) = (Settings(request), time.GetUtcNow(), "cnf-" + Ids.New(time)[^10..]);
        var facts = ApprovalFacts.Of(request) with { IsConfirmation = true };
        if (request.Call.Parameters.Length > settings.LargestCall || ConfirmationText.Write(facts) is not { } text
            || questions.Seal(id, facts, now) is not { } box) return OpenedConfirmation.Not("too-large-to-show");
        var expires = now + (request.Terms.Expires ?? settings.Expires);
        var digest = digests.OfConfirmation(request.Call, id)[0];
        var row = new ApprovalRow(
            id, ApprovalKind.Confirmation, digest, digests.OfConfirmationParty(facts.Issuer, facts.Subject)[0],
            digests.OfConfirmedKind(request.Call)[0], ApprovalState.Open, 1, now, expires, expires + settings.History, now, false, box);
        var step = await questions.OpenAsync(row, facts, OpenBounds.Of(settings), cancellation).ConfigureAwait(false);
        if (step.Waiter is not { } waiter) return OpenedConfirmation.Crowded;
        if (request.IsModern) questions.Leave(id, waiter); // its answer comes with another request
        return new OpenedConfirmation(id, text, digest, waiter.Task);
    }

    // Takes an answer to a question that is open. Whatever is not the one yes is a no.
    private async ValueTask<ApprovalAnswer> TakeAsync(
        ApprovalRequest request, string id, ReadOnlyMemory<byte> digest, ConfirmationChoice choice, CancellationToken cancellation)
    {
        try
        {
            if (await reader.ShowAsync(id, cancellation).ConfigureAwait(false) is not var (row, found) || found is not { IsConfirmation: true } facts)
                return Of(ApprovalOutcome.Outdated, id);
            var seconds = Math.Max(0, (time.GetUtcNow() - row.At).TotalSeconds);
            var by = new ApproverFacts(facts.Issuer, facts.Subject, ConfirmationForm.WordOf(choice), seconds) { Client = request.Caller.ClientId };
            var shown = SHA256.HashData(Encoding.UTF8.GetBytes(ConfirmationText.Write(facts) ?? ""));
            var answer = new PersonalAnswer(id, digest, choice == ConfirmationChoice.Yes, by, Way, shown);
            var settings = Settings(request);
            var result = await answers.AnswerAsync(answer, settings.Expires, settings.History, cancellation).ConfigureAwait(false);
            return result.Outcome == AnswerOutcome.Decided ? Decided(request, id, choice) : NotTaken(id, result.Row);
        }
        catch (StoreException)
        {
            return Of(ApprovalOutcome.Unavailable, id) with { Detail = "store" };
        }
        catch (AuditUnavailableException)
        {
            return Of(ApprovalOutcome.Unavailable, id) with { Detail = "record" };
        }
    }

    private ApprovalAnswer Decided(ApprovalRequest request, string id, ConfirmationChoice choice) => choice switch
    {
        ConfirmationChoice.Yes => Of(ApprovalOutcome.Approved, id) with { By = Way, RoundsDigest = digests.OfApproval(request.Rounds)[0] },
        ConfirmationChoice.No or ConfirmationChoice.Declined or ConfirmationChoice.Cancelled =>
            Of(ApprovalOutcome.NotConfirmed, id) with { Detail = ConfirmationForm.WordOf(choice) },
        _ => Of(ApprovalOutcome.WithoutChoice, id) with { Detail = ConfirmationForm.WordOf(choice) },
    };

    private ApprovalAnswer NotTaken(string id, ApprovalRow? row)
    {
        var isOver = row is { State: ApprovalState.Expired or ApprovalState.Open } && row.Expires <= time.GetUtcNow();
        return Of(isOver ? ApprovalOutcome.TimedOut : ApprovalOutcome.Outdated, id);
    }

    private static ApprovalAnswer Of(ApprovalOutcome outcome, string id) => new(outcome) { Id = id, IsConfirmation = true };

    private TimeSpan PatienceOf(ApprovalRequest request)
    {
        var patience = Settings(request).Hold;
        if (request.Terms.Expires is { } life && life < patience) patience = life;
        if (request.Deadline is { } deadline && deadline - BeforeDeadline - time.GetUtcNow() is var left && left < patience) patience = left;
        return patience > TimeSpan.Zero ? patience : TimeSpan.Zero;
    }

    private static ApprovalSettings Settings(ApprovalRequest request) => request.Snapshot.Settings.Approvals;
}
