using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Containment;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The second person for a release, who must be left after a containment. Where a release needs no second person, and for servers, tools and
/// sessions, nothing is asked.
/// </summary>
/// <remarks>
/// Threat: an administrator contains the only person who could grant the release. The person who asks for a release never grants it, so it could
/// not be released any more. Where names do not show who is left, the containment itself needs the grant of a person who remains able to grant.
/// </remarks>
/// <param name="settings">Returns the settings in force.</param>
/// <param name="calling">The clients that make calls.</param>
/// <param name="digests">Digests of acts.</param>
/// <param name="reader">The questions to people.</param>
internal sealed class ReleaseReserve(Func<GatewaySettings> settings, CallingClients calling, CallDigests digests, ApprovalReader reader)
    : IReleaseReserve
{
    /// <inheritdoc />
    public async Task<ActionRefusal?> RefusalOfAsync(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        switch (ReleaseObligation.ProofFor(settings(), calling, act.Target))
        {
            case ReleaseProof.None:
                return null;
            case ReleaseProof.Names:
                return RefusalByNames(act, facts, by, current);
            default:
                return await IsGrantedByOtherAsync(act, facts, by, current).ConfigureAwait(false) ? null : ActionRefusal.GranterCannotRelease;
        }
    }

    /// <inheritdoc />
    public ActionRefusal? RefusalByNames(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        if (ReleaseObligation.ProofFor(settings(), calling, act.Target) != ReleaseProof.Names) return null;
        var contained = current.All.Select(static one => one.Facts).Append(facts).Where(static one => one.Kind == ContainmentKind.User);
        return HasOther(ReleaseObligation.SecondPersonOf(settings())!, by.Token?.Subject, [.. contained]) ? null : ActionRefusal.NoReleaseLeft;
    }

    // A person may have a name with several issuers: it counts as one person, who is gone where one of them is contained.
    private static bool HasOther(WhoClause second, string? asker, IReadOnlyList<ContainmentFacts> contained) =>
        second.Subjects!.Exact.Any(name => name != asker
            && !contained.Any(one => one.Name == name && second.Issuers?.Contains(one.Issuer) != false));

    // The grant is used up by now. Its person was neither contained nor revoked then, and may be the one who is to be contained.
    private async Task<bool> IsGrantedByOtherAsync(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current)
    {
        if (by.Token is not { } person || ActQuestions.AskedObligationOf(settings(), act.Name) is not { } obligation) return false;
        var asked = digests.OfAct(person.Issuer, person.Subject, ActForm.Of(act).Parameters, ActQuestions.TextOf(obligation));
        var granted = await reader.ListAsync(
            ApprovalState.Spent, ApprovalKind.Act, 1, row => asked.Any(digest => digest.Span.SequenceEqual(row.Digest.Span)),
            static (row, _) => Task.FromResult(row), CancellationToken.None).ConfigureAwait(false);
        if (granted is not [var row]) return false;
        var second = ReleaseObligation.SecondPersonOf(settings())! with { Strengths = null }; // judged with the answer, and not kept with it
        var granters = await reader.GrantersAsync(row, CancellationToken.None).ConfigureAwait(false);
        return granters.Any(one => one is not null && second.Matches(one.AsSubject())
            && current.Caller(one.Issuer, one.Subject, one.Client) is null && !facts.IsCaller(one.Issuer, one.Subject, one.Client));
    }
}
