using System.Runtime.InteropServices;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.AuthZen;

/// <summary>
/// A queue that sends questions with a bounded number of concurrent requests, each within its time; callers take turns. A question in progress
/// belongs to all who wait for its answer, so it continues when one of them has left.
/// </summary>
internal sealed class DecisionPointQueue(
    DecisionPointSettings settings, DecisionPointClient client, DecisionCache remembered, int callerShare, TimeProvider time,
    ILogger log)
{
    private readonly FairQueue turns = new(time);

    // The bound on questions in progress (DecisionCache) also bounds the number that wait. The timeout of a question bounds how long they wait.
    private readonly QueueBounds bounds = new(
        settings.Concurrency, callerShare, int.MaxValue, int.MaxValue, settings.Timeout);

    /// <summary>Asks questions of one caller; the answers arrive through the cache.</summary>
    public void Ask(CallerPartition caller, List<PendingEvaluation> questions)
    {
        for (var from = 0; from < questions.Count; from += settings.Batch)
            _ = AskAsync(caller, questions.GetRange(from, Math.Min(settings.Batch, questions.Count - from)));
    }

    private async Task AskAsync(CallerPartition caller, List<PendingEvaluation> batch)
    {
        EvaluationResponse[]? answers = null;
        var failed = EvaluationResponse.Fault;
        try
        {
            using var patience = new CancellationTokenSource(settings.Timeout, time);
            answers = await SendAsync(caller, batch, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or RefusalException)
        {
            failed = EvaluationResponse.Slow; // it did not answer in time, or its turn did not come in time
        }
        catch (DecisionFaultException e)
        {
            log.Write(OperatorEvents.DecisionPointFault, LogValue.Cause(e));
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            failed = EvaluationResponse.Down;
            log.Write(OperatorEvents.DecisionPointUnreachable, LogValue.Cause(e));
        }
        catch (Exception e)
        {
            log.Write(OperatorEvents.DecisionPointFault, LogValue.Cause(e));
        }
        finally
        {
            for (var at = 0; at < batch.Count; at++) remembered.Complete(caller, batch[at].Key, answers?[at] ?? failed);
        }
    }

    private async ValueTask<EvaluationResponse[]> SendAsync(CallerPartition caller, List<PendingEvaluation> batch, CancellationToken cancellation)
    {
        using var turn = await turns.WaitAsync(caller, bounds, cancellation).ConfigureAwait(false);
        var questions = new Evaluation[batch.Count];
        for (var at = 0; at < questions.Length; at++) questions[at] = CollectionsMarshal.AsSpan(batch)[at].Question;
        return await client.AskAsync(questions, cancellation).ConfigureAwait(false);
    }

}
