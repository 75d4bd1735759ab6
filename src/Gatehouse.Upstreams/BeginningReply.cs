using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>
/// The answer of a process that was started for one <c>initialize</c>. If no session is bound to the process when the answer is released, the process
/// ends.
/// </summary>
/// <remarks>
/// The threat: the answer is refused, the caller has left, or the caller may have no more sessions. Then a process remains that no session ever ends
/// (EX-03, CWE-772).
/// </remarks>
internal sealed class BeginningReply(IUpstreamReply reply, Func<Task> end) : IUpstreamReply
{
    private bool isKept;

    public UpstreamReplyKind Kind => reply.Kind;

    public UpstreamDecline Decline => reply.Decline;

    public string? SessionId => reply.SessionId;

    public void KeepSession() => isKept = true;

    public StreamGap? Gap => reply.Gap;

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation) => reply.NextAsync(cancellation);

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) =>
        reply.RejectAsync(question, byPolicy, cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await reply.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (!isKept) await end().ConfigureAwait(false);
        }
    }
}
