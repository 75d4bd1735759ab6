using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Settings;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// A service that decides questions of other enforcement points as this gateway would for its own callers: by its policy, the scopes of the server,
/// and the external decision point if one is configured. Only the policy decides questions about other applications.
/// </summary>
/// <param name="snapshot">The configuration in force.</param>
/// <param name="asker">The enforcement point.</param>
/// <param name="barred">The parties and servers whose requests are refused before the policy is asked.</param>
/// <param name="time">The clock.</param>
internal sealed class EvaluationService(GatewaySnapshot snapshot, PolicySubject asker, IBarredParties barred, TimeProvider time)
{
    public GatewaySnapshot Snapshot => snapshot;

    /// <summary>The time for conditions: the gateway's own, whatever the asker says.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Reads the subject of a question; null for a type that is no caller of this gateway.</summary>
    /// <exception cref="InvalidEvaluationException">A part is missing or has another type.</exception>
    public PolicySubject? SubjectOf(EvaluationRequest asked) => EvaluationSubject.Read(asked.Subject, asker);

    /// <summary>Decides a question.</summary>
    /// <exception cref="InvalidEvaluationException">The question cannot be read.</exception>
    public async ValueTask<EvaluationResult> DecideAsync(EvaluationRequest asked, CancellationToken cancellation)
    {
        var subject = SubjectOf(asked);
        var request = EvaluationResource.Read(asked, snapshot.Settings, Now);
        if (subject is null) return EvaluationResult.Nothing("unknown-subject-type", null, request);
        if (request is not { } known) return EvaluationResult.Nothing("unknown-resource", subject);
        return await DecideAsync(subject, known, cancellation).ConfigureAwait(false);
    }

    /// <summary>Decides a question that was already read.</summary>
    public async ValueTask<EvaluationResult> DecideAsync(PolicySubject subject, PolicyRequest request, CancellationToken cancellation)
    {
        // Threat: what was contained or revoked continues elsewhere, because other applications ask only for the policy (IR-01).
        if (barred.Find(subject, request, Now) is { } why) return EvaluationResult.Nothing(why, subject, request);
        var server = snapshot.Settings.Server(request.Server);
        if (server is null)
        {
            var own = snapshot.Policy.Decide(subject, request);
            return new EvaluationResult(own, own.Reason, subject, request);
        }

        // The decision is the one that the caller would get at the server, and the server refuses the token of another issuer.
        if (!server.TakesIssuer(subject.Issuer)) return EvaluationResult.Nothing(DecisionReasons.IssuerNotTaken, subject, request);
        if (!server.Scopes.All(subject.Scopes.Contains)) return EvaluationResult.Nothing(DecisionReasons.InsufficientScope, subject, request);
        var decision = await snapshot.Decisions.DecideAsync(subject, request, cancellation).ConfigureAwait(false);
        return new EvaluationResult(decision, decision.Reason, subject, request);
    }
}
