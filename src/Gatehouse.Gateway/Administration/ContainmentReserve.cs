using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Containment;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Administration;

/// <summary>
/// The second person for a release, who must be left after a containment. Where a release needs no second person, and for servers, tools and
/// sessions, nothing is asked.
/// </summary>
/// <remarks>
/// Threat: an administrator contains the only person who could grant the release. The person who asks for a release never grants it, so it could
/// not be released any more. Where names do not show who is left, the containment itself needs the grant of a person who remains able to grant.
/// </remarks>
/// <param name="services">The parts of the host.</param>
internal sealed class ContainmentReserve(GatewayServices services)
{
    private GatewaySettings Settings => services.Snapshots.Current.Settings;

    /// <summary>Returns why a containment would leave no person who could grant its release to the person who asks; null when one is left.</summary>
    /// <param name="act">The containment.</param>
    /// <param name="facts">What it contains.</param>
    /// <param name="by">The person who asks.</param>
    /// <param name="current">What is contained already. It does not change until the containment is in force.</param>
    /// <exception cref="StoreException">The grant of the containment cannot be read.</exception>
    public async Task<ActionRefusal?> RefusalOfAsync(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        switch (ReleaseObligation.ProofFor(Settings, services.CallingClients, act.Target))
        {
            case ReleaseProof.None:
                return null;
            case ReleaseProof.Names:
                return RefusalByNames(act, facts, by, current);
            default:
                return await IsGrantedByOtherAsync(act, facts, by, current).ConfigureAwait(false) ? null : ActionRefusal.GranterCannotRelease;
        }
    }

    /// <summary>Returns why names show that no such person would be left; null where one is left, and where names do not show it.</summary>
    /// <param name="act">The containment.</param>
    /// <param name="facts">What it contains.</param>
    /// <param name="by">The person who asks.</param>
    /// <param name="current">What is contained already.</param>
    public ActionRefusal? RefusalByNames(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        if (ReleaseObligation.ProofFor(Settings, services.CallingClients, act.Target) != ReleaseProof.Names) return null;
        var contained = current.All.Select(static one => one.Facts).Append(facts).Where(static one => one.Kind == ContainmentKind.User);
        return HasOther(ReleaseObligation.SecondPersonOf(Settings)!, by.Token?.Subject, [.. contained]) ? null : ActionRefusal.NoReleaseLeft;
    }

    // A person may have a name with several issuers: it counts as one person, who is gone where one of them is contained.
    private static bool HasOther(WhoClause second, string? asker, IReadOnlyList<ContainmentFacts> contained) =>
        second.Subjects!.Exact.Any(name => name != asker
            && !contained.Any(one => one.Name == name && second.Issuers?.Contains(one.Issuer) != false));

    // The grant is used up by now. Its person was neither contained nor revoked then, and may be the one who is to be contained.
    private async Task<bool> IsGrantedByOtherAsync(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        if (by.Token is not { } person || ActQuestions.AskedObligationOf(Settings, act.Name) is not { } obligation) return false;
        var digests = services.Digests.OfAct(person.Issuer, person.Subject, ActForm.Of(act).Parameters, ActQuestions.TextOf(obligation));
        var granted = await services.ApprovalBook.Reader.ListAsync(
            ApprovalState.Spent, ApprovalKind.Act, 1, row => digests.Any(digest => digest.Span.SequenceEqual(row.Digest.Span)),
            static (row, _) => Task.FromResult(row), CancellationToken.None).ConfigureAwait(false);
        if (granted is not [var row]) return false;
        var second = ReleaseObligation.SecondPersonOf(Settings)! with { Strengths = null }; // judged with the answer, and not kept with it
        var granters = await services.ApprovalBook.Reader.GrantersAsync(row, CancellationToken.None).ConfigureAwait(false);
        return granters.Any(one => one is not null && second.Matches(one.AsSubject())
            && current.Caller(one.Issuer, one.Subject, one.Client) is null && !facts.IsCaller(one.Issuer, one.Subject, one.Client));
    }
}
