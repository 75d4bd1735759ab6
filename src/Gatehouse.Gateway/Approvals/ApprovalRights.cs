using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Who may answer a question, and by which token. The policy says it, by rules of the direction <c>approvals</c> for the target; no argument of the
/// call is read. Where a host takes confirmations at a terminal, its one person may answer every question about a call. A question about a right is
/// answered by the people that its rule names, and one about an act of administration by those that the configuration names, each by a token.
/// </summary>
internal class ApprovalRights
{
    /// <summary>The clients that make calls.</summary>
    public CallingClients Calling { get; init; } = new();

    /// <summary>Returns why a person may not see or answer a question; null when the person may.</summary>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="by">The person.</param>
    /// <param name="facts">The question.</param>
    /// <param name="at">The moment, for conditions on time.</param>
    public static ActionRefusal? RefusalToSee(GatewaySnapshot snapshot, Administrator by, ApprovalFacts facts, DateTimeOffset at)
    {
        if (facts.Access is { } asked) return RefusalToSee(snapshot, by, asked, at);
        if (facts.Act is { } act) return RefusalToSee(snapshot, by, act);
        if (by.Token is not { } token) return null; // a confirmation at the terminal; whether it counts, the authorization of the act has judged
        if (token.Verified is not { } verified || !MayAnswer(snapshot, PolicySubjects.Of(verified), facts, at))
            return ActionRefusal.NoApprovalRight(token.Subject, facts.Server, ApprovalText.TargetInSummary(facts) ?? facts.Method);
        // A stranger gets no hint which sign-in would do.
        return token.Missing is { } missing ? ActionRefusal.TooWeak(snapshot.Settings.AdministrationResource, missing) : null;
    }

    /// <summary>Returns whether the policy permits a person to answer for every target of a question.</summary>
    public static bool MayAnswer(GatewaySnapshot snapshot, PolicySubject person, ApprovalFacts facts, DateTimeOffset at) =>
        ApprovalTargets.All(facts, at).All(target => snapshot.Policy.Decide(person, target).Effect == PolicyEffect.Permit);

    /// <summary>
    /// Returns whether a person who answered has certainly lost the right to answer for a target: a rule forbids it, or none permits it whatever the
    /// token said beside the facts that are kept of it. A time at which a permit holds does not count here: the answer was given in it.
    /// </summary>
    /// <remarks>Threat: the rule that let a person answer is taken away, and what the person granted before still lets calls pass.</remarks>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="by">The person.</param>
    /// <param name="target">The question to the policy about the target.</param>
    public static bool HasLostRightToAnswer(GatewaySnapshot snapshot, ApproverFacts by, PolicyRequest target)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(by);
        var person = by.AsSubject();
        return snapshot.Policy.Decide(person, target).Effect switch
        {
            PolicyEffect.Forbid => true,
            PolicyEffect.Permit => false,
            // A person at the terminal needs no rule. Of an answer of an earlier build, and of too many names, the names are not kept.
            _ => by.Issuer != PersonalFacts.AccountIssuer && PartialEvaluation.Of(snapshot.Policy, person, target with { At = default },
                by is { HasNames: true, GroupsAreIncomplete: false } ? PolicyKnowledge.WithoutToken : PolicyKnowledge.AfterTheCall(null)).IsRefusal,
        };
    }

    /// <summary>Returns why a person may not answer a question; null when the person may.</summary>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="by">The person.</param>
    /// <param name="facts">The question.</param>
    /// <param name="grants">True for a grant. Callers who may answer may deny their own call.</param>
    /// <param name="at">The moment, for conditions on time.</param>
    public ActionRefusal? RefusalToAnswer(GatewaySnapshot snapshot, Administrator by, ApprovalFacts facts, bool grants, DateTimeOffset at)
    {
        if (RefusalToSee(snapshot, by, facts, at) is { } refusal) return refusal;
        if (by.Token?.Verified is not { } token) return null;
        if (ComesByCalls(snapshot, token, facts, grants)) return ActionRefusal.WayOfCalls;
        if (!grants || !IsRequester(token, facts)) return null;
        if (facts.Act is not null) return ActionRefusal.AskerGrants;
        return facts.Access is not null ? ActionRefusal.GranterIsRequester : facts.Terms.MaySelf ? null : ActionRefusal.ApproverIsRequester;
    }

    private static ActionRefusal? RefusalToSee(GatewaySnapshot snapshot, Administrator by, AccessAsked asked, DateTimeOffset at)
    {
        if (by.Token is not { Verified: { } person } token) return ActionRefusal.AccessNeedsToken;
        if (AccessQuestions.RuleOf(snapshot, asked.Rule) is not { } rule || !AccessQuestions.MayGrant(rule, person)
            || AccessQuestions.IsForbidden(snapshot, rule, PolicySubjects.Of(person), at))
            return ActionRefusal.NoRightToGrant(token.Subject, asked.Rule);
        return token.Missing is { } missing ? ActionRefusal.TooWeak(snapshot.Settings.AdministrationResource, missing) : null;
    }

    private static ActionRefusal? RefusalToSee(GatewaySnapshot snapshot, Administrator by, ActAsked asked)
    {
        if (by.Token is not { Verified: { } person } token) return ActionRefusal.ActNeedsToken;
        if (!ActQuestions.MayAnswer(snapshot, asked, PolicySubjects.Of(person))) return ActionRefusal.NoRightToGrantAct(token.Subject, asked.Name);
        return token.Missing is { } missing ? ActionRefusal.TooWeak(snapshot.Settings.AdministrationResource, missing) : null;
    }

    /// <summary>Returns whether a token is for the audience of a server, so that calls may come by it.</summary>
    public virtual bool IsForServer(GatewaySettings settings, VerifiedToken token) => NamesServer(settings, token);

    /// <summary>Returns whether an answer comes by a token of those who make calls.</summary>
    // Threat: an agent holds a token of the right person, and answers in that person's place. It need not be the agent that makes this call: of two
    // agents, one would grant what the other one calls. A denial gives nothing away, and only the client of the call itself cannot give one.
    // A person asks for a right with a client for administration, which another person may use to grant it.
    protected virtual bool ComesByCalls(GatewaySnapshot snapshot, VerifiedToken token, ApprovalFacts facts, bool grants) =>
        IsOfCalls(snapshot, token, facts.Access is not null || facts.Act is not null ? null : facts.Client) || (grants && Calling.Has(token));

    /// <summary>Returns whether a token is that of the caller.</summary>
    protected virtual bool IsRequester(VerifiedToken token, ApprovalFacts facts) => token.Issuer == facts.Issuer && token.Subject == facts.Subject;

    /// <summary>Returns whether a token is one by which calls come: of the client that called, or for the audience of a server.</summary>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="token">The token.</param>
    /// <param name="caller">The client that called; null for none.</param>
    internal static bool IsOfCalls(GatewaySnapshot snapshot, VerifiedToken token, string? caller) =>
        (token.ClientId is { } client && client == caller) || NamesServer(snapshot.Settings, token);

    private static bool NamesServer(GatewaySettings settings, VerifiedToken token) => settings.Servers.Any(
        server => server.Audiences.Append(settings.Resource(server)).Any(
            audience => token.Audiences.Any(presented => ResourceAudience.Matches(audience, presented))));
}
