using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Quarantine;

/// <summary>The answers that can be kept: final results of whole exchanges, which the same call can ask for again.</summary>
internal static class QuarantinedKinds
{
    private const string TaskState = "tasks/get";

    /// <summary>Returns whether a released result can answer the exchange.</summary>
    public static bool IsAnswered(Exchange exchange) =>
        exchange is { Message: { Kind: MessageKind.Request } request, Resume: null } && IsMethod(request.Method);

    /// <summary>
    /// Returns whether a message is such a result. It is none when it asks the client for input, is the state of a task that has no result yet, or
    /// comes on a resumed stream, which has no whole request: no digest of a call can be made there.
    /// </summary>
    public static bool IsKept(Exchange exchange, ValidatedMessage message) =>
        message.Kind == MessageKind.Result && IsAnswered(exchange) && message.IsObject(EnvelopeMember.Result)
            && !message.Is(EnvelopeMember.ResultType, "input_required"u8) && !message.Has(EnvelopeMember.ResultInputRequests)
            && (exchange.Message!.Method != TaskState || message.Has(EnvelopeMember.ResultResult));

    private static bool IsMethod(string? method) =>
        method is "tools/call" or "prompts/get" or "resources/read" or "tasks/result" or TaskState;
}
