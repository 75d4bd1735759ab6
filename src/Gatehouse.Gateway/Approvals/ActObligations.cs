using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Obligations of acts of administration: a reason, and the grant of a second person for this very act of this person, used once.
/// </summary>
/// <remarks>
/// Threat: one administrator, or a program with that person's token, releases what is contained or rolls back the configuration. The grant is bound
/// to a keyed digest of the person, all parameters and the text of the obligation, and is used up in the store, with its entry, before the act.
/// </remarks>
/// <param name="book">The questions.</param>
/// <param name="keys">The digests that grants are bound to.</param>
/// <param name="calling">The clients that make calls.</param>
/// <param name="current">Returns the configuration in force.</param>
/// <param name="time">The clock.</param>
internal sealed class ActObligations(
    ApprovalBook book, CallDigests keys, CallingClients calling, Func<GatewaySnapshot> current, TimeProvider time) : IActObligations
{
    // A grant can be used, or a question can end, between two looks at the store. Further changes are left to the next run of the command.
    private const int Looks = 3;

    public async Task<ActionRefusal?> RequireAsync(AdministrativeAction act, Administrator by)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(by);
        var snapshot = current();
        var required = act is Contain contain ? ReleaseObligation.OfContainment(snapshot.Settings, calling, contain)
            : ActQuestions.ObligationOf(snapshot.Settings, act.Name);
        if (required is not { } obligation) return null;
        var form = ActForm.Of(act);
        if (obligation.NeedsReason && string.IsNullOrWhiteSpace(form.Reason)) return ActionRefusal.NoReason;
        if (obligation.SecondPerson is null) return null;
        if (by.Token is not { Verified: { } person }) return ActionRefusal.ActNeedsToken;
        try
        {
            return await GrantedAsync(snapshot, obligation, person, act.Name, form).ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            return ActionRefusal.ActNotRecorded;
        }
    }

    private async Task<ActionRefusal?> GrantedAsync(
        GatewaySnapshot snapshot, ActObligation obligation, VerifiedToken person, string act, ActForm form)
    {
        var digests = keys.OfAct(person.Issuer, person.Subject, form.Parameters, ActQuestions.TextOf(obligation));
        for (var look = 0; look < Looks; look++)
        {
            var found = await book.Reader.FindAsync(digests, CancellationToken.None).ConfigureAwait(false);
            if (found is { State: ApprovalState.Granted }
                && await book.Grants.TrySpendAsync(found.Id, digests, snapshot, CancellationToken.None).ConfigureAwait(false)) return null;
            if (found is { State: ApprovalState.Open }) return ActionRefusal.ActWaits(found.Id, found.Expires);
            if (found is { State: ApprovalState.Denied }
                && found.ChangedAt + snapshot.Settings.Approvals.DenialLife > time.GetUtcNow())
                return ActionRefusal.ActDenied(found.Id);
            if (found is not { State: ApprovalState.Granted }
                && await AskAsync(snapshot, obligation, person, act, form, digests[0]).ConfigureAwait(false) is { } asked) return asked;
        }

        return ActionRefusal.ActChanging;
    }

    // Null where an equal question came first.
    private async Task<ActionRefusal?> AskAsync(
        GatewaySnapshot snapshot, ActObligation obligation, VerifiedToken person, string act, ActForm form, ReadOnlyMemory<byte> digest)
    {
        var (settings, now) = (snapshot.Settings.Approvals, time.GetUtcNow());
        var id = Ids.Short(ActQuestions.IdPrefix, time);
        var facts = ActQuestions.FactsOf(snapshot, obligation, person, act, form.Parameters);
        if (book.Questions.Seal(id, facts, now) is not { } box) return ActionRefusal.LargeAct;
        var expires = now + obligation.Expires;
        var row = new ApprovalRow(
            id, ApprovalKind.Act, digest, keys.OfActParty(person.Issuer, person.Subject)[0], digest, ApprovalState.Open,
            facts.Terms.Approvers, now, expires, expires + settings.History, now, false, box)
        { ApproverSet = keys.OfApproverSet(["act", ActQuestions.TextOf(obligation)]) };
        var step = await book.Questions.OpenAsync(row, facts, OpenBounds.Of(settings), CancellationToken.None).ConfigureAwait(false);
        if (step.Answer is not null) return ActionRefusal.TooManyActs;
        if (step.Waiter is not { } waiter) return null;
        book.Questions.Leave(id, waiter); // the person runs the command again, and no exchange waits
        return ActionRefusal.ActWaits(id, expires);
    }
}
