using System.Collections.Immutable;
using Gatehouse.Identity.Partitions;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.AuthZen;

/// <summary>
/// The policy of a snapshot combined with an external decision point (AZ-06). A forbid of the policy always wins, and is never sent as a question. A
/// question without a proper answer in time is denied.
/// </summary>
internal sealed class ExternalDecisionPoint : IDecisionPoint
{
    private readonly PolicyDecisionPoint policy;
    private readonly DecisionPointSettings settings;
    private readonly DecisionPointQueue queue;
    private readonly DecisionCache remembered;
    private readonly EvaluationWriter writer;
    private readonly TimeProvider time;

    public ExternalDecisionPoint(PolicyDecisionPoint policy, DecisionPointSettings settings, int callerShare, DecisionPointClient client,
        TimeProvider time, ILogger log)
    {
        this.policy = policy;
        this.settings = settings;
        this.time = time;
        writer = new EvaluationWriter(settings.SendArguments);
        remembered = new DecisionCache(settings.Cache, callerShare, time);
        queue = new DecisionPointQueue(settings, client, remembered, callerShare, time, log);
    }

    public ValueTask<PolicyDecision> DecideAsync(PolicySubject subject, in PolicyRequest request, CancellationToken cancellation)
    {
        var own = policy.Decide(subject, request);
        if (!NeedsWord(own, request)) return ValueTask.FromResult(own);
        var key = writer.KeyOf(subject, request);
        return remembered.TryGet(key, out var answer)
            ? ValueTask.FromResult(Combine(own, answer, isRemembered: true, TimeSpan.Zero))
            : AskOneAsync(new Open(0, key, own), new Evaluation(subject, request), cancellation);
    }

    public ValueTask DecideManyAsync(
        PolicySubject subject, ReadOnlyMemory<PolicyRequest> requests, Memory<PolicyDecision> decisions, CancellationToken cancellation)
    {
        List<Open>? open = null;
        for (var at = 0; at < requests.Length; at++)
        {
            ref readonly var request = ref requests.Span[at];
            var own = policy.Decide(subject, request);
            if (!NeedsWord(own, request))
            {
                decisions.Span[at] = own;
                continue;
            }

            var key = writer.KeyOf(subject, request);
            if (remembered.TryGet(key, out var answer)) decisions.Span[at] = Combine(own, answer, isRemembered: true, TimeSpan.Zero);
            else (open ??= []).Add(new Open(at, key, own));
        }

        return open is null ? ValueTask.CompletedTask : AskManyAsync(open, subject, requests, decisions, cancellation);
    }

    // A forbid is final. A method that is in no revision needs a rule of ours that names it, whatever the decision point says (ST-05).
    private bool NeedsWord(in PolicyDecision own, in PolicyRequest request) =>
        own.IsPermitted || (own.Effect == PolicyEffect.Deny && settings.Combine == DecisionCombination.ExternalOnly && request.KnownMethod);

    // A question uses the part of the asker: the caller, or the enforcement point that asks about another subject.
    private static CallerPartition PartitionOf(PolicySubject subject)
    {
        var asker = subject.Asker ?? subject;
        return CallerPartition.Of(asker.Issuer, asker.Subject);
    }

    private async ValueTask<PolicyDecision> AskOneAsync(Open open, Evaluation question, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var caller = PartitionOf(question.Subject);
        var answer = remembered.Join(caller, open.Key, out var isNew);
        if (isNew) queue.Ask(caller, [new PendingEvaluation(open.Key, question)]);
        return await CombineAsync(open.Own, answer, started, cancellation).ConfigureAwait(false);
    }

    private async ValueTask AskManyAsync(
        List<Open> open, PolicySubject subject, ReadOnlyMemory<PolicyRequest> requests, Memory<PolicyDecision> decisions,
        CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var answers = new Task<EvaluationResponse>?[open.Count];
        var mine = new List<PendingEvaluation>();
        var caller = PartitionOf(subject);
        for (var i = 0; i < open.Count; i++)
        {
            answers[i] = remembered.Join(caller, open[i].Key, out var isNew);
            if (isNew) mine.Add(new PendingEvaluation(open[i].Key, new Evaluation(subject, requests.Span[open[i].At])));
        }

        if (mine.Count > 0) queue.Ask(caller, mine);
        for (var i = 0; i < open.Count; i++)
        {
            var decision = await CombineAsync(open[i].Own, answers[i], started, cancellation).ConfigureAwait(false);
            decisions.Span[open[i].At] = decision;
        }
    }

    private async ValueTask<PolicyDecision> CombineAsync(PolicyDecision own, Task<EvaluationResponse>? coming, long started,
        CancellationToken cancellation)
    {
        var answer = coming is null ? EvaluationResponse.Slow : await coming.WaitAsync(cancellation).ConfigureAwait(false);
        return Combine(own, answer, isRemembered: false, time.GetElapsedTime(started));
    }

    private static PolicyDecision Combine(in PolicyDecision own, EvaluationResponse answer, bool isRemembered, TimeSpan waited)
    {
        var external = new ExternalDecision(answer.Outcome, isRemembered, waited);
        return answer.Outcome == ExternalOutcome.Permitted
            ? new PolicyDecision(PolicyEffect.Permit, own.RuleId) { Obligations = Union(own.Obligations, answer.Obligations), External = external }
            : new PolicyDecision(PolicyEffect.Deny, null) { External = external };
    }

    private static ImmutableArray<Obligation> Union(ImmutableArray<Obligation> own, ImmutableArray<Obligation> other) =>
        other.IsEmpty ? own : [.. own.Union(other)];

    private readonly record struct Open(int At, EvaluationKey Key, PolicyDecision Own);
}
