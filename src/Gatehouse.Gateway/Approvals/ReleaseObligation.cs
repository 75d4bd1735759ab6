using Gatehouse.Administration;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The second person that the release of a containment needs, and the proof before the containment that one is left.</summary>
internal static class ReleaseObligation
{
    /// <summary>
    /// Returns the obligation of a containment: its own, or that of the release where only a grant shows that a second person is left. Null for none.
    /// </summary>
    public static ActObligation? OfContainment(GatewaySettings settings, CallingClients calling, Contain act) =>
        ProofFor(settings, calling, act.Target) == ReleaseProof.Grant
            ? ActQuestions.AskedObligationOf(settings, act.Name) : ActQuestions.ObligationOf(settings, act.Name);

    /// <summary>Returns the people who can grant a release; null where it needs no second person.</summary>
    public static WhoClause? SecondPersonOf(GatewaySettings settings) => ActQuestions.ObligationOf(settings, ActQuestions.Release)?.SecondPerson;

    /// <summary>Returns what shows that a person is left who can grant the release of a containment.</summary>
    public static ReleaseProof ProofFor(GatewaySettings settings, CallingClients calling, ContainmentTarget target)
    {
        if (SecondPersonOf(settings) is not { } second) return ReleaseProof.None;
        // No answer comes by a client that makes calls, so that its containment takes no answer away. Which people use another one is not known.
        if (target.Kind == ContainmentTarget.Client) return calling.HasCalled(target.Issuer, target.Name) ? ReleaseProof.None : ReleaseProof.Grant;
        if (target.Kind != ContainmentTarget.User || !(CanBe(second, target) || CanBe(settings.Administration.Who, target))) return ReleaseProof.None;
        return IsCountable(second) ? ReleaseProof.Names : ReleaseProof.Grant;
    }

    private static bool CanBe(WhoClause? people, ContainmentTarget user) =>
        people is not null && people.Issuers?.Contains(user.Issuer) != false && people.Subjects?.Contains(user.Name) != false;

    private static bool IsCountable(WhoClause people) =>
        people is { Subjects.Patterns.IsEmpty: true, Clients: null, Scopes: null, Roles: null, Groups: null };
}

/// <summary>The kind of proof that a person is left who can grant a release.</summary>
internal enum ReleaseProof
{
    /// <summary>Nothing has to show it.</summary>
    None,

    /// <summary>The names in the configuration.</summary>
    Names,

    /// <summary>The grant of such a person for the containment.</summary>
    Grant,
}
