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
    private ApprovalBook Book => services.Approvals.Book;

    private DateTimeOffset Now => services.Options.Time.GetUtcNow();

    public async Task<IReadOnlyList<ApprovalView>> ListAsync(bool withAnswered, int most)
    {
        var now = Now;
        return await Book.ListAsync(
            withAnswered ? null : ApprovalState.Open, null, most, row => withAnswered || row.Expires > now,
            async (row, facts) => View(row, facts, await GrantedAsync(row).ConfigureAwait(false)), CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<ActionOutcome<ApprovalView>> ShowAsync(string id, Administrator by)
    {
        if (await Book.ShowAsync(id, CancellationToken.None).ConfigureAwait(false) is not var (row, found)) return ActionRefusal.UnknownApproval;
        if (found is not { } facts) return ActionRefusal.NoLongerReadable;
        if (ApprovalRights.RefusalToSee(services.Snapshots.Current, by, facts, Now) is { } refusal) return refusal;
        var lines = ApprovalText.Lines(facts);
        var (person, digest) = (PersonOf(by), ApprovalText.DigestOf(lines));
        // Showing is an entry of its own, durable before the text leaves the process.
        await Book.NoteShownAsync(row, facts, digest, Ways.Of(by), person).ConfigureAwait(false);
        services.ShownApprovals.Note(id, new Showing(person.Issuer, person.Subject, Ways.Of(by), digest, Now));
        return View(row, facts, await GrantedAsync(row).ConfigureAwait(false)) with { Lines = lines, Shown = Convert.ToHexStringLower(digest) };
    }

    public async Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(AnswerApproval answer, Administrator by)
    {
        var asked = await Book.ShowAsync(answer.Id, CancellationToken.None).ConfigureAwait(false);
        if (asked is not var (row, found)) return ActionRefusal.UnknownApproval;
        if (found is not { } facts) return ActionRefusal.NoLongerReadable;
        if (services.ApprovalRights.RefusalToAnswer(services.Snapshots.Current, by, facts, answer.Grants, Now) is { } refusal) return refusal;
        if (row.State != ApprovalState.Open || row.Expires <= Now) return Over(row);
        if (facts.Access is not null && answer.Grants && RefusalToBegin(facts) is { } not) return not;
        if (ShownTo(by, answer, row, facts) is not { } seen) return ActionRefusal.NotShown;
        var person = PersonOf(by) with { Reason = answer.Reason, Seconds = Math.Max(0, (Now - seen.At).TotalSeconds) };
        var given = new PersonalAnswer(row.Id, row.Digest, answer.Grants, person, Ways.Of(by), seen.Digest);
        var settings = services.Snapshots.Current.Settings.Approvals;
        try
        {
            var result = await Book.AnswerAsync(given, settings.Expires, settings.History, CancellationToken.None).ConfigureAwait(false);
            return Outcome(answer, result);
        }
        catch (AuditUnavailableException)
        {
            return ActionRefusal.AnswerNotRecorded;
        }
    }

    // The configuration may have changed since the right was asked for; the watch closes the question in a moment.
    private ActionRefusal? RefusalToBegin(ApprovalFacts facts)
    {
        if (RulesInForce.WhyNot(services.Snapshots.Current, facts) is not null) return ActionRefusal.ApprovalOver("closed");
        return services.Access.IsCrowded(facts.Issuer, facts.Subject) ? ActionRefusal.TooMuchAccess("active rights") : null;
    }

    private static ActionOutcome<ApprovalAnswered> Outcome(AnswerApproval answer, AnswerResult result) => result.Outcome switch
    {
        AnswerOutcome.Decided or AnswerOutcome.Counted => new ApprovalAnswered(
            answer.Id, answer.Grants, result.Outcome == AnswerOutcome.Decided, result.Granted, result.Row!.Needed, result.Row.Expires)
        { IsOfAccess = result.Row.Kind == ApprovalKind.Access },
        AnswerOutcome.SamePerson => ActionRefusal.GrantedBefore,
        AnswerOutcome.Over => Over(result.Row!),
        _ => ActionRefusal.UnknownApproval,
    };

    // The text of now, and the same that this person was shown by this way.
    private Showing? ShownTo(Administrator by, AnswerApproval answer, ApprovalRow row, ApprovalFacts facts)
    {
        var person = PersonOf(by);
        var (digest, shown) = (Convert.FromHexString(answer.Digest), Convert.FromHexString(answer.Shown));
        var seen = services.ShownApprovals.Find(row.Id, person.Issuer, person.Subject, Ways.Of(by));
        return seen is not null && CryptographicOperations.FixedTimeEquals(digest, row.Digest.Span)
            && CryptographicOperations.FixedTimeEquals(shown, ApprovalText.DigestOf(ApprovalText.Lines(facts)))
            && CryptographicOperations.FixedTimeEquals(shown, seen.Digest.Span) ? seen : null;
    }

    private static ActionRefusal Over(ApprovalRow row) => ActionRefusal.ApprovalOver(row.State switch
    {
        ApprovalState.Granted => "granted",
        ApprovalState.Denied => "denied",
        ApprovalState.Spent => "granted and used",
        ApprovalState.Closed => "closed",
        _ => "expired",
    });

    private Task<int> GrantedAsync(ApprovalRow row) => Book.GrantedAsync(row, CancellationToken.None);

    // The person at a terminal is the account, as in entries of acts.
    internal static ApproverFacts PersonOf(Administrator by) => by.Token is { } token
        ? token.Verified is { } verified ? ApproverFacts.Of(verified) : new ApproverFacts(token.Issuer, token.Subject, "", null)
        : new ApproverFacts(PersonalFacts.AccountIssuer, Administrator.NameOf(by.Account), "", null);

    private ApprovalView View(ApprovalRow row, ApprovalFacts? facts, int granted) => ApprovalViews.Of(row, facts, granted, Now);
}
