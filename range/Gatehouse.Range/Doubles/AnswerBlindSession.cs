using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>A session stage that passes on a client's answers without asking whether anyone asked.</summary>
internal sealed class AnswerBlindSession(ISessions sessions, IConversations conversations) : IStage
{
    private readonly SessionStage stage = new(sessions, new BlankCatalogue(), conversations);

    public string Name => "session";

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Message is not { Kind: MessageKind.Result or MessageKind.Error }) return await stage.RunAsync(exchange, cancellation);
        var handle = exchange.Head.Single(RequestHeader.SessionId) ?? "";
        var settings = exchange.Snapshot.Settings.Sessions;
        exchange.Session = (await sessions.OpenAsync(handle, exchange.Caller, exchange.Server, settings, cancellation)).Session;
        return exchange.Session is null ? StageOutcome.Deny(Reasons.SessionUnknown) : StageOutcome.Continue;
    }
}
