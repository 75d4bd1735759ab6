using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Protocol;

namespace Gatehouse.Range;

/// <summary>A session stage that passes on a client's answers without asking whether anyone asked.</summary>
internal sealed class AnswerBlindSession(ISessions sessions) : IStage
{
    private readonly SessionStage stage = new(sessions, new BlankCatalogue());

    public string Name => "session";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Message is not { Kind: MessageKind.Result or MessageKind.Error }) return stage.RunAsync(exchange, cancellation);
        exchange.Session = sessions.Open(exchange.Head.Single(HeaderNames.SessionId) ?? "", exchange.Caller, exchange.Server, exchange.Snapshot.Settings.Sessions);
        return ValueTask.FromResult(exchange.Session is null ? StageOutcome.Deny(Reasons.SessionUnknown) : StageOutcome.Continue);
    }
}
