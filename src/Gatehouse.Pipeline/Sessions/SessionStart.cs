using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Sessions;

/// <summary>The start of a gateway session when the server's answer to <c>initialize</c> began one of its own.</summary>
internal static class SessionStart
{
    public static async ValueTask BindAsync(Exchange exchange, IReply reply, IUpstreamReply upstream, ValidatedMessage answer, ISessions sessions)
    {
        if (answer.Kind != MessageKind.Result || upstream.SessionId is not { } upstreamId) return;
        if (!ProtocolRevision.TryParse(answer.Text(EnvelopeMember.ResultProtocolVersion), out var revision) || revision.IsModern)
            throw new RefusalException(Reasons.UpstreamFault, "initialize answered with an unknown revision");
        var capabilities = ClientCapabilityReader.Read(exchange.Message!, EnvelopeMember.ParamsCapabilities);
        var (session, handle) = await sessions.CreateAsync(
            exchange.Caller, exchange.Server, exchange.Snapshot.Settings.Sessions, upstreamId, revision, capabilities).ConfigureAwait(false);
        upstream.KeepSession();
        session.Live.Declared = exchange.Declared;
        exchange.Session = session;
        exchange.Revision = revision;
        reply.SessionHandle = handle;
    }
}
