using Gatehouse.Pipeline;
using Gatehouse.Policy;
using Gatehouse.Settings;

namespace Gatehouse.AuthZen.Serving;

/// <summary>
/// Decides what others ask, by the very decision that this gateway would make for a caller of its own: its policy, the scopes of
/// the server, and the external decision point where one is configured. Questions about other applications are for the policy alone.
/// </summary>
internal sealed class EvaluationService(GatewaySnapshot snapshot, PolicySubject asker, TimeProvider time)
{
    public GatewaySnapshot Snapshot => snapshot;

    /// <summary>The time that conditions are judged by: ours, whatever the asker says.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The subject of a question; null for a type that is no caller of this gateway.</summary>
    /// <exception cref="InvalidEvaluationException">A part is missing or has another type.</exception>
    public PolicySubject? SubjectOf(EvaluationRequest asked) => EvaluationSubject.Read(asked.Subject, asker);

    /// <summary>The decision.</summary>
    /// <exception cref="InvalidEvaluationException">The question cannot be read.</exception>
    public async ValueTask<EvaluationResult> DecideAsync(EvaluationRequest asked, CancellationToken cancellation)
    {
        var subject = SubjectOf(asked);
        var request = EvaluationResource.Read(asked, snapshot.Settings, Now);
        if (subject is null) return EvaluationResult.Nothing("unknown-subject-type", null, request);
        if (request is not { } known) return EvaluationResult.Nothing("unknown-resource", subject);
        return await DecideAsync(subject, known, cancellation).ConfigureAwait(false);
    }

    /// <summary>The decision on what was read already.</summary>
    public async ValueTask<EvaluationResult> DecideAsync(PolicySubject subject, PolicyRequest request, CancellationToken cancellation)
    {
        var server = snapshot.Settings.Server(request.Server);
        if (server is null)
        {
            var own = snapshot.Policy.Decide(subject, request);
            return new EvaluationResult(own, own.Reason, subject, request);
        }

        // A decision is what the caller would meet at the server, and there the token of another issuer is not taken.
        if (!server.TakesIssuer(subject.Issuer)) return EvaluationResult.Nothing("issuer-not-taken", subject, request);
        if (!server.Scopes.All(subject.Scopes.Contains)) return EvaluationResult.Nothing("insufficient-scope", subject, request);
        var decision = await snapshot.Decisions.DecideAsync(subject, request, cancellation).ConfigureAwait(false);
        return new EvaluationResult(decision, decision.Reason, subject, request);
    }
}
