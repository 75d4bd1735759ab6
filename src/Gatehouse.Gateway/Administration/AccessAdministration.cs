using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// Rights that people ask for and get for a time: only those that the policy names, only by a token of the person, and granted by another person.
/// </summary>
/// <param name="services">The parts of the host.</param>
internal sealed class AccessAdministration(GatewayServices services) : IAccessAdministration
{
    private ApprovalBook Book => services.ApprovalBook;

    private DateTimeOffset Now => services.Options.Time.GetUtcNow();

    public async Task<ActionOutcome<AccessRequested>> RequestAsync(RequestAccess act, Administrator by)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(by);
        var snapshot = services.Snapshots.Current;
        if (by.Token is not { Verified: { } person } token)
            return snapshot.Settings.Development ? ActionRefusal.OnePersonOnly : ActionRefusal.AccessNeedsToken;
        var rule = AccessQuestions.RuleOf(snapshot, act.Rule);
        if (rule is null && snapshot.Policy.Rules.FirstOrDefault(one => one.Id == act.Rule) is { Access.Entra: not null } ofEntra
            && AccessQuestions.IsEligible(ofEntra, person)) return ActionRefusal.AccessOfEntra;
        if (rule is null || !AccessQuestions.IsEligible(rule, person)) return ActionRefusal.NotEligible;
        // A stranger gets no hint which sign-in would do.
        if (token.Missing is { } missing) return ActionRefusal.TooWeak(snapshot.Settings.AdministrationResource, missing);
        if (WhyNot(snapshot, rule, person, act) is { } refusal) return refusal;
        return await AskAsync(snapshot, rule, person, act).ConfigureAwait(false);
    }

    public async Task<ActionOutcome<ApprovalList>> ListAsync(bool withOver, int most, Administrator by)
    {
        var (now, seen) = (Now, new VisibleQuestions(services.Snapshots.Current, by, Now));
        var ofEntra = EntraViews.Of(services.EntraRights, services.Snapshots.Current).Where(seen.HasAssignment).ToList();
        if (withOver) return seen.Listed([.. (await ListAsync(null).ConfigureAwait(false)).Concat(ofEntra).TakeLast(most)]);
        var open = await ListAsync(ApprovalState.Open).ConfigureAwait(false);
        var granted = await ListAsync(ApprovalState.Granted).ConfigureAwait(false);
        var all = open.Concat(granted).Concat(ofEntra);
        return seen.Listed([.. all.OrderBy(static one => one.At).ThenBy(static one => one.Id, StringComparer.Ordinal).TakeLast(most)]);

        Task<IReadOnlyList<ApprovalView>> ListAsync(ApprovalState? state) => Book.Reader.ListAsync(
            state, ApprovalKind.Access, most, row => withOver || row.Expires > now, ViewAsync, CancellationToken.None,
            facts => seen.IsOwn(facts) || seen.Has(facts));

        async Task<ApprovalView> ViewAsync(ApprovalRow row, ApprovalFacts? facts) =>
            ApprovalViews.Of(row, facts, await Book.Reader.AnswersAsync(row, CancellationToken.None).ConfigureAwait(false), now);
    }

    public async Task<ActionOutcome<AccessRevoked>> RevokeAsync(RevokeAccess act, Administrator by)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(by);
        if (await Book.Reader.ShowAsync(act.Id, CancellationToken.None).ConfigureAwait(false) is not ({ Kind: ApprovalKind.Access } row, var facts))
            return ActionRefusal.UnknownAccess(act.Id);
        if (RefusalToRevoke(by, facts) is { } refusal) return refusal;
        ActionOutcome<AccessRevoked> done = new AccessRevoked(row.Id, row.State == ApprovalState.Granted);
        try
        {
            var who = ApprovalAdministration.PersonOf(by) with { Reason = act.Reason };
            var history = services.Snapshots.Current.Settings.Approvals.History;
            return await Book.Access.RevokeAsync(row.Id, who, history).ConfigureAwait(false) ? done : ActionRefusal.UnknownAccess(act.Id);
        }
        catch (AuditUnavailableException)
        {
            return done with { IsDurable = false }; // an emergency does not wait for a full log
        }
    }

    private ActionRefusal? WhyNot(GatewaySnapshot snapshot, PolicyRule rule, VerifiedToken person, RequestAccess act)
    {
        // Threat: an agent asks in the person's name, with a token that it has for its calls.
        if (ApprovalRights.IsOfCalls(snapshot, person, null) || services.CallingClients.Has(person)) return ActionRefusal.WayOfCalls;
        var longest = rule.Access!.Longest;
        if (TimeSpan.FromSeconds(act.Seconds) > longest) return ActionRefusal.LongAccess(Durations.Words(longest));
        return services.Access.IsCrowded(person.Issuer, person.Subject) ? ActionRefusal.TooMuchAccess("active rights") : null;
    }

    private async Task<ActionOutcome<AccessRequested>> AskAsync(GatewaySnapshot snapshot, PolicyRule rule, VerifiedToken person, RequestAccess act)
    {
        var (settings, now, id) = (snapshot.Settings.Approvals, Now, Ids.Short(AccessQuestions.IdPrefix, services.Options.Time));
        var facts = AccessQuestions.FactsOf(snapshot, rule, person, new AccessAsked(rule.Id, TimeSpan.FromSeconds(act.Seconds), act.Reason));
        if (Book.Questions.Seal(id, facts, now) is not { } box) return ActionRefusal.LongReason;
        var (digest, expires) = (services.Digests.OfAccess(person.Issuer, person.Subject, rule.Id)[0], now + settings.Expires);
        var row = new ApprovalRow(
            id, ApprovalKind.Access, digest, services.Digests.OfAccessParty(person.Issuer, person.Subject)[0], digest, ApprovalState.Open,
            rule.Access!.Approvers, now, expires, expires + settings.History, now, false, box)
        { ApproverSet = services.Digests.OfApproverSet(["access", rule.Id]) };
        try
        {
            return await Book.Access.OpenAsync(row, facts, OpenBounds.Of(settings)).ConfigureAwait(false) switch
            {
                ApprovalAdding.Added => new AccessRequested(id, row.Needed, row.Expires),
                ApprovalAdding.Exists => await ThereAsync(person, rule).ConfigureAwait(false),
                _ => ActionRefusal.TooMuchAccess("open requests"),
            };
        }
        catch (AuditUnavailableException)
        {
            return ActionRefusal.AccessNotRecorded;
        }
    }

    private async Task<ActionRefusal> ThereAsync(VerifiedToken person, PolicyRule rule)
    {
        var found = await Book.Reader.FindAsync(services.Digests.OfAccess(person.Issuer, person.Subject, rule.Id), CancellationToken.None)
            .ConfigureAwait(false);
        return ActionRefusal.AccessThere(found?.Id, found?.State == ApprovalState.Granted);
    }

    // A right is given up by the person who has it. Others need the right to grant it, or are administrators. Where a host takes confirmations at a
    // terminal, its one person may revoke every right.
    private ActionRefusal? RefusalToRevoke(Administrator by, ApprovalFacts? facts)
    {
        if (by.Token is not { } token) return null;
        if (facts is not null && facts.Issuer == token.Issuer && facts.Subject == token.Subject) return null;
        var mayGrant = facts?.Access is { } asked && token.Verified is { } person
            && AccessQuestions.RuleOf(services.Snapshots.Current, asked.Rule) is { } rule && AccessQuestions.MayGrant(rule, person);
        if (!mayGrant && !token.IsAdministrator) return ActionRefusal.NoRightToRevoke;
        return token.Missing is { } missing
            ? ActionRefusal.TooWeak(services.Snapshots.Current.Settings.AdministrationResource, missing) : null;
    }
}
