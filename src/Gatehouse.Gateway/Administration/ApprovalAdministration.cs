using System.Security.Cryptography;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>Questions to people about calls and rights: who may see and answer them, and what is shown (AZ-04).</summary>
/// <param name="services">The parts of the host.</param>
internal sealed class ApprovalAdministration(GatewayServices services) : IApprovalAdministration
{
    private ApprovalBook Book => services.ApprovalBook;

    private readonly RememberedAdministration remembered = new(services);

    private DateTimeOffset Now => services.Options.Time.GetUtcNow();

    public async Task<ActionOutcome<ApprovalList>> ListAsync(bool withAnswered, int most, Administrator by)
    {
        var (now, seen) = (Now, new VisibleQuestions(services.Snapshots.Current, by, Now));
        if (withAnswered) return seen.Listed(await ListAsync(null, null).ConfigureAwait(false));
        var open = await ListAsync(ApprovalState.Open, null).ConfigureAwait(false);
        // An unused grant still lets one call pass, so the list has it.
        var granted = await ListAsync(ApprovalState.Granted, ApprovalKind.Call).ConfigureAwait(false);
        var acts = await ListAsync(ApprovalState.Granted, ApprovalKind.Act).ConfigureAwait(false);
        var all = open.Concat(granted).Concat(acts);
        return seen.Listed([.. all.OrderBy(static one => one.At).ThenBy(static one => one.Id, StringComparer.Ordinal).TakeLast(most)]);

        Task<IReadOnlyList<ApprovalView>> ListAsync(ApprovalState? state, ApprovalKind? kind) => Book.Reader.ListAsync(
            state, kind, most, row => IsForApprovers(row) && (withAnswered || row.Expires > now),
            async (row, facts) => View(row, facts, await AnswersAsync(row).ConfigureAwait(false)), CancellationToken.None, seen.Has);
    }

    public Task<IReadOnlyList<ApprovalView>> RememberedAsync(Administrator by) => remembered.ListAsync(by);

    public Task<ActionOutcome<ApprovalForgotten>> ForgetAsync(ForgetApproval act, Administrator by) => remembered.ForgetAsync(act, by);

    public async Task<ActionOutcome<ApprovalView>> ShowAsync(ShowApproval act, Administrator by)
    {
        ArgumentNullException.ThrowIfNull(act);
        var id = act.Id;
        if (await Book.Reader.ShowAsync(id, CancellationToken.None).ConfigureAwait(false) is not var (row, found) || !IsForApprovers(row))
            return ActionRefusal.UnknownApproval(id);
        if (found is not { } facts) return ActionRefusal.NoLongerReadable(id);
        if (ApprovalRights.RefusalToSee(services.Snapshots.Current, by, facts, Now) is { } refusal) return refusal;
        var (terms, not) = remembered.Check(id, facts, act.Remember);
        if (not is not null) return not;
        var lines = remembered.Lines(facts, terms);
        var (person, digest) = (PersonOf(by), ApprovalText.DigestOf(lines));
        // Showing is an entry of its own, durable before the text leaves the process.
        await Book.Answers.NoteShownAsync(row, facts, digest, Ways.Of(by), person).ConfigureAwait(false);
        services.ShownApprovals.Note(id, new Showing(person.Issuer, person.Subject, Ways.Of(by), digest, Now));
        return View(row, facts, await AnswersAsync(row).ConfigureAwait(false)) with
        {
            Lines = lines,
            Shown = Convert.ToHexStringLower(digest),
            Compared = ApprovalViews.Of(facts.Compared),
        };
    }

    public async Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(AnswerApproval answer, Administrator by)
    {
        var established = by.Token?.EstablishedAt ?? Now; // a signature was judged directly before
        var asked = await Book.Reader.ShowAsync(answer.Id, CancellationToken.None).ConfigureAwait(false);
        if (asked is not var (row, found) || !IsForApprovers(row)) return ActionRefusal.UnknownApproval(answer.Id);
        if (found is not { } facts) return ActionRefusal.NoLongerReadable(answer.Id);
        if (services.ApprovalRights.RefusalToAnswer(services.Snapshots.Current, by, facts, answer.Grants, Now) is { } refusal) return refusal;
        if (row.State != ApprovalState.Open || row.Expires <= Now) return Over(row);
        if (facts.Access is not null && answer.Grants && RefusalToBegin(row.Id, facts) is { } not) return not;
        var (terms, notRemembered) = remembered.Check(row.Id, facts, answer.Remember);
        if (notRemembered is not null) return notRemembered;
        if (ShownTo(by, answer, row, remembered.Lines(facts, terms)) is not { } seen) return NotShown(by, answer);
        var person = PersonOf(by) with { Reason = answer.Reason, Seconds = Math.Max(0, (Now - seen.At).TotalSeconds) };
        var given = new PersonalAnswer(row.Id, row.Digest, answer.Grants, person, Ways.Of(by), seen.Digest) { EstablishedAt = established };
        var settings = services.Snapshots.Current.Settings.Approvals;
        try
        {
            var result = await Book.Answers.AnswerAsync(given, settings.Expires, settings.History, CancellationToken.None).ConfigureAwait(false);
            var outcome = Outcome(answer, result);
            if (answer.Grants && outcome.Result is not null) services.GrantPace.Note(person.Seconds ?? 0);
            return terms is not null && outcome.Result is { IsDecided: true } answered
                ? await remembered.RememberAsync(answered, row, facts, terms, person, established).ConfigureAwait(false) : outcome;
        }
        catch (AuditUnavailableException)
        {
            return ActionRefusal.AnswerNotRecorded;
        }
    }

    public async Task<ActionOutcome<ApprovalRevoked>> RevokeAsync(RevokeApproval act, Administrator by)
    {
        if (await Book.Reader.ShowAsync(act.Id, CancellationToken.None).ConfigureAwait(false) is not var (row, found) || !IsForApprovers(row))
            return ActionRefusal.UnknownApproval(act.Id);
        if (found is not { } facts) return ActionRefusal.NoLongerReadable(act.Id);
        var isAdministrator = by.Token is { IsAdministrator: true, Missing: null };
        if (!isAdministrator && ApprovalRights.RefusalToSee(services.Snapshots.Current, by, facts, Now) is { } refusal) return refusal;
        ActionOutcome<ApprovalRevoked> done = new ApprovalRevoked(row.Id);
        try
        {
            return await Book.Grants.RevokeAsync(row.Id, CancellationToken.None).ConfigureAwait(false) ? done : ActionRefusal.NothingGranted(row.Id);
        }
        catch (AuditUnavailableException)
        {
            return done with { IsDurable = false }; // an emergency does not wait for a full log
        }
    }

    // A confirmation is answered in the conversation that calls, and nowhere else.
    private static bool IsForApprovers(ApprovalRow row) => row.Kind != ApprovalKind.Confirmation;

    // The configuration may have changed since the right was asked for; the watch closes the question in a moment.
    private ActionRefusal? RefusalToBegin(string id, ApprovalFacts facts)
    {
        if (RulesInForce.WhyNot(services.Snapshots.Current, facts) is not null) return ActionRefusal.ApprovalOver(id, "closed");
        return services.Access.IsCrowded(facts.Issuer, facts.Subject) ? ActionRefusal.TooMuchAccess("active rights") : null;
    }

    private ActionOutcome<ApprovalAnswered> Outcome(AnswerApproval answer, AnswerResult result) => result.Outcome switch
    {
        AnswerOutcome.Decided or AnswerOutcome.Counted => new ApprovalAnswered(
            answer.Id, answer.Grants, result.Outcome == AnswerOutcome.Decided, result.Granted, result.Row!.Needed, result.Row.Expires)
        { IsOfAccess = result.Row.Kind == ApprovalKind.Access, IsOfAct = result.Row.Kind == ApprovalKind.Act },
        AnswerOutcome.SamePerson => ActionRefusal.GrantedBefore(answer.Id),
        AnswerOutcome.Over => Over(result.Row!),
        _ => ActionRefusal.UnknownApproval(answer.Id),
    };

    private ActionRefusal NotShown(Administrator by, AnswerApproval answer)
    {
        return answer.Grants && SeenBy(by, answer) is { IsWhole: false }
            ? ActionRefusal.ArgumentsNotShown(answer.Id) : ActionRefusal.NotShown(answer.Id);
    }

    private Showing? SeenBy(Administrator by, AnswerApproval answer)
    {
        var (person, way) = (PersonOf(by), Ways.Of(by));
        return answer.Sent is { } sent ? new Showing(person.Issuer, person.Subject, way, sent.Digest, sent.At) { IsWhole = sent.IsWhole }
            : services.ShownApprovals.Find(answer.Id, person.Issuer, person.Subject, way);
    }

    // The text of now, and the same that this person was shown by this way. A summary lets a person deny, and never grant.
    private Showing? ShownTo(Administrator by, AnswerApproval answer, ApprovalRow row, IReadOnlyList<string> lines)
    {
        var shown = Convert.FromHexString(answer.Shown);
        var seen = SeenBy(by, answer);
        // The shown text has all facts of the call, so that a person may name it without the digest of the call.
        var isCall = answer.Digest.Length == 0 || CryptographicOperations.FixedTimeEquals(Convert.FromHexString(answer.Digest), row.Digest.Span);
        var isWhole = seen is { IsWhole: false } ? !answer.Grants : CryptographicOperations.FixedTimeEquals(shown, ApprovalText.DigestOf(lines));
        return seen is not null && isCall && isWhole && CryptographicOperations.FixedTimeEquals(shown, seen.Digest.Span) ? seen : null;
    }

    private ActionRefusal Over(ApprovalRow row) => ActionRefusal.ApprovalOver(row.Id, ApprovalViews.StateOf(row, Now));

    private Task<IReadOnlyList<(ApprovalAnswerRow Answer, ApproverFacts? Person)>> AnswersAsync(ApprovalRow row) =>
        Book.Reader.AnswersAsync(row, CancellationToken.None);

    // The person at a terminal is the account, as in entries of acts.
    internal static ApproverFacts PersonOf(Administrator by) => by.Token is { } token
        ? token.Verified is { } verified ? ApproverFacts.Of(verified) : new ApproverFacts(token.Issuer, token.Subject, "", null)
        : new ApproverFacts(PersonalFacts.AccountIssuer, Administrator.NameOf(by.Account), "", null);

    private ApprovalView View(ApprovalRow row, ApprovalFacts? facts, IReadOnlyList<(ApprovalAnswerRow Answer, ApproverFacts? Person)> answers) =>
        ApprovalViews.Of(row, facts, answers, Now);
}
