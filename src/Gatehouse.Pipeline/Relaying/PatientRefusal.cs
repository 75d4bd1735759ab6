using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>The sending of a refusal to a client that may not read it.</summary>
/// <remarks>
/// Threat: a client sends requests that are refused and reads no answer. Replies have no minimum rate, and a refused exchange has no deadline any
/// more. So it would stay in progress with its place, its entry unwritten, and no drain would end (EX-03, CWE-400). After the time limit the
/// transport cuts the connection.
/// </remarks>
internal static class PatientRefusal
{
    /// <summary>Time in which the client must take the refusal.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends the refusal.</summary>
    /// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
    public static async ValueTask SendAsync(IReply reply, Exchange exchange, Refusal refusal, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await reply.RefuseAsync(exchange, refusal, patience.Token).ConfigureAwait(false);
    }
}

/// <summary>Sends a refusal to its client.</summary>
/// <param name="reply">The answer.</param>
/// <param name="exchange">The exchange that it answers.</param>
/// <param name="refusal">The refusal.</param>
/// <param name="time">The clock.</param>
/// <exception cref="OperationCanceledException">The client did not take it in time.</exception>
internal delegate ValueTask RefusalSender(IReply reply, Exchange exchange, Refusal refusal, TimeProvider time);
