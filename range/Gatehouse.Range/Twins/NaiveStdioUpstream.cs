using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Protocol;

namespace Gatehouse.Range;

/// <summary>A stdio upstream that runs its server the way <see cref="NaiveChild"/> does.</summary>
internal sealed class NaiveStdioUpstream(IReadOnlyList<string> command) : IUpstream
{
    private readonly Lazy<NaiveChild> child = new(() => new NaiveChild(command));

    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Message is not { } message)
        {
            child.Value.CloseInput();
            return new NaiveReply(UpstreamReplyKind.Status, 200);
        }

        var expectsAnswer = message.Kind == MessageKind.Request;
        var line = await child.Value.AskAsync(message.Bytes, expectsAnswer).WaitAsync(cancellation).ConfigureAwait(false);
        if (!expectsAnswer) return NaiveReply.Accepted;
        if (!MessageProof.TryProve(Encoding.UTF8.GetBytes(line ?? ""), ProofLimits.Default, out var answer, out _)) throw new RefusalException(Reasons.UpstreamFault, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, 200, answer, message.Method == "initialize" ? "" : null);
    }

    public ValueTask DisposeAsync() => child.IsValueCreated ? child.Value.DisposeAsync() : ValueTask.CompletedTask;
}
