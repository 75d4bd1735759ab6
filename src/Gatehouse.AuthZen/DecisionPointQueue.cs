using System.Runtime.InteropServices;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.AuthZen;

/// <summary>
/// Sends questions, so many requests at once and no more, each within its time; callers take turns. A question under way belongs to
/// all who wait for its answer, so it goes on when one of them has left.
/// </summary>
internal sealed class DecisionPointQueue(
    DecisionPointSettings settings, DecisionPointClient client, DecisionCache remembered, int callerShare, TimeProvider time,
    ILogger log)
{
    private readonly FairQueue turns = new(time);

    // How many wait is bounded by the questions under way (DecisionCache), and how long by the timeout of a question.
    private readonly QueueBounds bounds = new(
        settings.Concurrency, callerShare, int.MaxValue, int.MaxValue, settings.Timeout);

    /// <summary>Asks questions of one caller; the answers come by way of what is remembered.</summary>
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
            failed = EvaluationResponse.Slow; // it did not answer in time, or no turn came in time
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
