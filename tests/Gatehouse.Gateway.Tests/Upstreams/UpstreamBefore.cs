using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>An upstream before a server's own that answers calls of tools in its own way; everything else passes.</summary>
internal sealed class UpstreamBefore(IUpstream server, Func<UpstreamRequest, IUpstream, CancellationToken, Task<string>> answer) : IUpstream
{
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation) =>
        request.Message?.Method == "tools/call"
            ? new OneMessageReply(request, await answer(request, server, cancellation))
            : await server.SendAsync(request, cancellation);

    public object? OwnProcess(PolicySubject? caller) => server.OwnProcess(caller);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the server is the gateway's

    /// <summary>Sends one request and reads its final message.</summary>
    public static async Task<string> AskAsync(IUpstream server, UpstreamRequest request, CancellationToken cancellation)
    {
        await using var reply = await server.SendAsync(request, cancellation);
        while (await reply.NextAsync(cancellation) is { } item)
        {
            if (item.Message is { Kind: MessageKind.Result or MessageKind.Error } final) return final.Kind.ToString();
        }

        return "nothing";
    }

    /// <summary>The request as it stands and two that are derived from it, at once.</summary>
    public static async Task<string> ThreeOfOneAsync(UpstreamRequest request, IUpstream server, CancellationToken cancellation)
    {
        var parameters = request.Message!.Raw(EnvelopeMember.Params).ToArray();
        var all = await Task.WhenAll(
            AskAsync(server, request, cancellation),
            AskAsync(server, request.Derive("tools/call", parameters), cancellation),
            AskAsync(server, request.Derive("tools/call", parameters), cancellation));
        return string.Join(' ', all);
    }
}
