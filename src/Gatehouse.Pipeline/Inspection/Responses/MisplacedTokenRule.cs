using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that no message of a server has a token of the gateway, or the token of this caller. No server ever receives one, so such a message
/// shows a leak. The client's model, its log or another caller must not get the token as well.
/// </summary>
/// <remarks>JWTs of trusted issuers pass: a server may be a tool that issues them.</remarks>
internal sealed class MisplacedTokenRule : IResponseRule
{
    public string Name => "misplaced-tokens";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var kind = new TokenSearch(TokenSearch.PresentedIn(exchange.Head.Single(RequestHeader.Authorization)), null).Find(message.Bytes.Span, out _);
        return new(kind == MisplacedTokenKind.None ? RuleVerdict.Pass : Stop(message, TokenSearch.NameOf(kind)));
    }

    private static RuleVerdict Stop(ValidatedMessage message, string kind) => message.Kind switch
    {
        MessageKind.Notification => RuleVerdict.Drop(kind),
        MessageKind.Request => RuleVerdict.Forbid(kind),
        _ => RuleVerdict.Refuse(Reasons.TokenInAnswer, kind),
    };
}
