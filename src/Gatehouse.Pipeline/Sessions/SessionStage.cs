using Gatehouse.Audit;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Sessions;

/// <summary>
/// The stage that finds the conversation and its bound session. The conversation is found in both eras. The session exists only in the legacy era; in
/// the modern era its header is ignored (T30).
/// </summary>
/// <param name="sessions">The sessions.</param>
/// <param name="catalogue">The catalogue, which knows the servers that issue session ids.</param>
/// <param name="conversations">The conversations.</param>
public sealed class SessionStage(ISessions sessions, ICatalogue catalogue, IConversations conversations) : IStage
{
    /// <inheritdoc />
    public string Name => "session";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        exchange.ConversationServer =
            await conversations.EnterAsync(exchange.Caller, exchange.Server, exchange.Snapshot.Settings.Sessions, cancellation).ConfigureAwait(false);
        if (exchange.IsModern) return StageOutcome.Continue;
        if (exchange.Message?.Method == "initialize") return JudgeInitialize(exchange);
        return exchange.Head.Single(RequestHeader.SessionId) is { } handle
            ? await JudgeAsync(exchange, handle, cancellation).ConfigureAwait(false)
            : await JudgeWithoutSessionAsync(exchange, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<StageOutcome> JudgeAsync(Exchange exchange, string handle, CancellationToken cancellation)
    {
        var settings = exchange.Snapshot.Settings.Sessions;
        var opening = await sessions.OpenAsync(handle, exchange.Caller, exchange.Server, settings, cancellation).ConfigureAwait(false);
        if (opening.Session is not { } session) return Refuse(exchange, opening);
        exchange.Session = session;
        // The end of a session searches for the exchanges that are registered with it. An exchange that had found the session and was not registered
        // yet would outlive it. So it is registered first and checks afterwards: either the end finds the exchange, or the exchange finds the end.
        Interlocked.MemoryBarrier();
        if (session.Live.HasEnded) return Refuse(exchange, SessionOpening.Ended);
        var outcome = AgreeOnRevision(exchange, session);
        if (outcome.Refusal is not null) return outcome;
        return exchange.Message is { } message ? JudgeMessage(exchange, message, session) : JudgeStream(exchange, session);
    }

    // The client learns no cause: an answer that differs for a foreign handle and an unknown one would help those who try handles (ST-01). The
    // entry has the cause.
    private static StageOutcome Refuse(Exchange exchange, SessionOpening opening)
    {
        exchange.Record.Session = null; // found, and ended in the same moment
        if (opening.IsContained) return StageOutcome.Deny(Reasons.Contained);
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, Reasons.SessionUnknown.Slug, opening.Cause));
        return StageOutcome.Deny(Reasons.SessionUnknown);
    }

    // Over HTTP a client may begin any number of sessions. A connection has one: a second handshake would leave the first session's questions and
    // subscriptions to the party of the second.
    private static StageOutcome JudgeInitialize(Exchange exchange) =>
        exchange.Head.Verb is null && exchange.Head.Has(RequestHeader.SessionId)
            ? StageOutcome.Deny(Reasons.SessionExists) : StageOutcome.Continue;

    // A stdio server always has sessions: its process is the session. An HTTP server may have none, and then no session is required. Threat: a server
    // that issues ids and answers a call without one acts on it outside every session. Then no property of sessions (their owner, their lists, the
    // questions that wait in them) protects the call. MCP 2025-11-25, transports, session management 2: such a server should answer 400 to everything
    // except the handshake (L04).
    private async ValueTask<StageOutcome> JudgeWithoutSessionAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Server.Stdio is not null) return StageOutcome.Deny(Reasons.SessionRequired);
        if (exchange.Message is { Kind: MessageKind.Result or MessageKind.Error })
            return StageOutcome.Deny(Reasons.UnexpectedResponse);
        if (exchange.Head.Has(RequestHeader.LastEventId)) return StageOutcome.Deny(Reasons.ResumeRefused);
        return !exchange.Server.Stateless
            && await catalogue.IssuesSessionsAsync(exchange.Server, exchange.Subject, cancellation).ConfigureAwait(false)
            ? StageOutcome.Deny(Reasons.SessionRequired)
            : StageOutcome.Continue;
    }

    private static StageOutcome AgreeOnRevision(Exchange exchange, SessionBinding session)
    {
        // The legacy revisions ask clients to send the negotiated revision but do not require it, and the same rules apply to all of them here: the
        // revision of the session counts. Another era is refused.
        var named = exchange.Head.Has(RequestHeader.ProtocolVersion);
        if (named && exchange.Revision is { } revision && revision.IsModern != session.Revision.IsModern)
            return StageOutcome.Deny(Reasons.RevisionDisagrees);
        exchange.Revision = session.Revision;
        return StageOutcome.Continue;
    }

    private static StageOutcome JudgeMessage(Exchange exchange, ValidatedMessage message, SessionBinding session)
    {
        if (message.Method is "notifications/initialized" or "notifications/roots/list_changed") session.Live.Questions.AnnounceRoots();
        if (message.Kind is not (MessageKind.Result or MessageKind.Error)) return StageOutcome.Continue;
        exchange.Questions.AnsweredOwn = session.Live.Questions.FindOwn(message.Id);
        if (exchange.Questions.AnsweredOwn is not null) return StageOutcome.Continue;
        exchange.Questions.AnsweredServers = session.Live.Questions.Take(message.Id);
        return exchange.Questions.AnsweredServers is null ? StageOutcome.Deny(Reasons.UnexpectedResponse) : StageOutcome.Continue;
    }

    private StageOutcome JudgeStream(Exchange exchange, SessionBinding session)
    {
        if (exchange.Head.Single(RequestHeader.LastEventId) is not { } eventId) return StageOutcome.Continue;
        exchange.Resume = sessions.OpenEvent(session, eventId);
        return exchange.Resume is null ? StageOutcome.Deny(Reasons.ResumeRefused) : StageOutcome.Continue;
    }
}
