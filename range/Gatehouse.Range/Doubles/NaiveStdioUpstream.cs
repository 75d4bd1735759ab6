using System.Text;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>A stdio upstream that runs its server the way <see cref="NaiveChild"/> does.</summary>
internal sealed class NaiveStdioUpstream(IReadOnlyList<string> command) : IUpstream
{
    private readonly Lazy<NaiveChild> child = new(() => new NaiveChild(command));

    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        if (request.Message is not { } message)
        {
            child.Value.CloseInput();
            return new NaiveReply(UpstreamReplyKind.SessionEnded);
        }

        var expectsAnswer = message.Kind == MessageKind.Request;
        var line = await child.Value.AskAsync(message.Bytes, expectsAnswer).WaitAsync(cancellation).ConfigureAwait(false);
        if (!expectsAnswer) return NaiveReply.Accepted;
        if (!MessageValidator.TryValidate(Encoding.UTF8.GetBytes(line ?? ""), MessageLimits.Default, out var answer, out _))
            throw new RefusalException(Reasons.UpstreamFault, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, answer, message.Method == "initialize" ? "" : null);
    }

    public ValueTask DisposeAsync() => child.IsValueCreated ? child.Value.DisposeAsync() : ValueTask.CompletedTask;
}
