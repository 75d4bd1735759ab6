using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that progress rises (MCP, basic/utilities/progress). While a request waited for a person, the gateway sent progress of its own. A value
/// of the server that is not above the last of them is left out and counted.
/// </summary>
internal sealed class ProgressRule : IResponseRule
{
    public string Name => "progress";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(message.Method == "notifications/progress" && LastOf(exchange, message) is { } sent && !Rises(message, sent)
            ? RuleVerdict.Drop("progress-not-rising") : RuleVerdict.Pass);

    // A stream that was lost and resumed is the answer to the request that opened it. Others of the session have tokens of their own.
    private static decimal? LastOf(Exchange exchange, ValidatedMessage message) =>
        exchange.ProgressSent ?? (exchange is { Message: null, Resume: { } resume, Session: { } session }
            && session.Live.Awaited.On(resume.Stream) is { ProgressSent: { } sent } awaited && IsFor(awaited.Request, message) ? sent : null);

    private static bool IsFor(ValidatedMessage request, ValidatedMessage progress) =>
        JsonRpcId.TryParse(request.Part(EnvelopeMember.MetaProgressToken), MessageLimits.Default, out var asked)
        && JsonRpcId.TryParse(progress.Part(EnvelopeMember.ParamsProgressToken), MessageLimits.Default, out var given) && asked == given;

    private static bool Rises(ValidatedMessage message, decimal sent)
    {
        var bytes = message.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.Params), "progress"u8, out var value)) return true;
        var token = value.Of(bytes);
        return !JsonNumbers.Is(token) || JsonNumbers.Compare(token, Encoding.ASCII.GetBytes(JsonNumbers.Text(sent))) > 0;
    }
}
