using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule for the result types of the modern era (SEP-2322). A server may ask for input only where the protocol allows it, only for the three known
/// kinds, and only for capabilities that the client declared in exactly this request (H07-H09, X03, X05).
/// </summary>
internal sealed class ResultTypeRule : IResponseRule
{
    public string Name => "result-type";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (!exchange.IsModern || message.Kind != MessageKind.Result) return RuleVerdict.Pass;
        return message.Has(EnvelopeMember.ResultType) ? JudgeType(exchange, message) : JudgeInputs(exchange, message);
    }

    private static RuleVerdict JudgeType(Exchange exchange, ValidatedMessage message)
    {
        if (message.Is(EnvelopeMember.ResultType, "complete"u8)) return JudgeInputs(exchange, message); // a task's state may contain questions
        if (message.Is(EnvelopeMember.ResultType, "input_required"u8)) return JudgeInputRequired(exchange, message);
        if (message.Is(EnvelopeMember.ResultType, "task"u8)) return JudgeTask(exchange, message);
        return RuleVerdict.Refuse(Reasons.ResultRefused, "unknown-result-type"); // T39
    }

    private static RuleVerdict JudgeInputRequired(Exchange exchange, ValidatedMessage message) =>
        exchange.MayAskForInput
            ? JudgeInputs(exchange, message)
            : RuleVerdict.Refuse(Reasons.ResultRefused, "input-required-not-allowed-here");

    private static RuleVerdict JudgeTask(Exchange exchange, ValidatedMessage message) =>
        Declared(exchange).HasFlag(ClientCapabilities.Tasks)
            ? RuleVerdict.Pass
            : RuleVerdict.Refuse(Reasons.CapabilityNotDeclared, "tasks");

    private static RuleVerdict JudgeInputs(Exchange exchange, ValidatedMessage message)
    {
        if (!message.Has(EnvelopeMember.ResultInputRequests)) return RuleVerdict.Pass;
        if (!message.IsObject(EnvelopeMember.ResultInputRequests))
            return RuleVerdict.Refuse(Reasons.ResultRefused, "input-requests-malformed");
        var declared = Declared(exchange);
        var bytes = message.Bytes.Span;
        foreach (var question in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ResultInputRequests)))
        {
            if (Needed(bytes, question.Value) is not { } needed)
                return RuleVerdict.Refuse(Reasons.ResultRefused, "input-request-of-unknown-kind");
            if ((declared & needed) == 0)
                return RuleVerdict.Refuse(Reasons.CapabilityNotDeclared, needed.ToString());
        }

        return RuleVerdict.Pass;
    }

    private static ClientCapabilities Declared(Exchange exchange) =>
        exchange.Message is { } request
            ? ClientCapabilityReader.Read(request, EnvelopeMember.MetaClientCapabilities)
            : ClientCapabilities.None;

    private static ClientCapabilities? Needed(ReadOnlySpan<byte> bytes, ByteRange question)
    {
        if (bytes[question.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, question, "method"u8, out var method)) return null;
        return JsonWalk.String(bytes, method) switch
        {
            "sampling/createMessage" => ClientCapabilities.Sampling,
            "roots/list" => ClientCapabilities.Roots,
            "elicitation/create" => IsUrlMode(bytes, question) ? ClientCapabilities.UrlElicitation : ClientCapabilities.Elicitation,
            _ => null,
        };
    }

    private static bool IsUrlMode(ReadOnlySpan<byte> bytes, ByteRange question) =>
        JsonWalk.TryFindMember(bytes, question, "params"u8, out var parameters)
        && bytes[parameters.Start] == (byte)'{'
        && JsonWalk.TryFindMember(bytes, parameters, "mode"u8, out var mode)
        && JsonWalk.String(bytes, mode) == "url";
}
