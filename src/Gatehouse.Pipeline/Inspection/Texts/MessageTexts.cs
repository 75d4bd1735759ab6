using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>The part of a message whose texts are judged, and its place.</summary>
/// <param name="Place">The place, by which policy and thresholds differ.</param>
/// <param name="Value">The range of the value; absent when the message has no texts of its own.</param>
internal readonly record struct MessageTexts(MessagePlace Place, ByteRange Value)
{
    private static readonly HashSet<string> Definitions = new(StringComparer.Ordinal)
    {
        "tools", "prompts", "resources", "resourceTemplates", "instructions", "capabilities", "serverInfo", "protocolVersion", "supportedVersions",
        "resultType", "cacheScope", "ttlMs",
    };

    /// <summary>Returns the texts of a message from a client.</summary>
    public static MessageTexts OfClient(ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Result => new(MessagePlace.Answer, message.Range(EnvelopeMember.Result)),
        MessageKind.Error => new(MessagePlace.Answer, message.Range(EnvelopeMember.Error)),
        _ => new(MessagePlace.Argument, message.Range(EnvelopeMember.Params)),
    };

    /// <summary>Returns the texts of a message from a server.</summary>
    public static MessageTexts OfServer(Exchange exchange, ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Error => new(MessagePlace.Error, message.Range(EnvelopeMember.Error)),
        MessageKind.Notification => new(MessagePlace.Notification, message.Range(EnvelopeMember.Params)),
        MessageKind.Request => new(message.Method switch
        {
            "sampling/createMessage" => MessagePlace.Sampling,
            "elicitation/create" => MessagePlace.Elicitation,
            _ => MessagePlace.Other,
        }, message.Range(EnvelopeMember.Params)),
        _ => OfResult(exchange.Message?.Method, message),
    };

    /// <summary>Returns the texts of the result of a request with the method.</summary>
    internal static MessageTexts OfResult(string? method, ValidatedMessage message)
    {
        // Only a result that waits for input is a question: a server must not choose the place of its content by a member more.
        if (message.Has(EnvelopeMember.ResultInputRequests) && !message.Has(EnvelopeMember.ResultContent)
            && (message.Is(EnvelopeMember.ResultType, "input_required"u8) || method is "tasks/get" or "tasks/update"))
            return new(AsksToSample(message) ? MessagePlace.Sampling : MessagePlace.Elicitation, message.Range(EnvelopeMember.Result));

        // Lists and the answers to initialize and server/discover are definitions: they are inspected where they are approved. Here, what else they
        // carry.
        if (IsDefinitions(method)) return new(MessagePlace.Other, Others(message));
        var isError = message.Has(EnvelopeMember.ResultIsError) && message.Raw(EnvelopeMember.ResultIsError).SequenceEqual("true"u8);
        return new(method switch
        {
            "tools/call" or "tasks/get" or "tasks/result" or "tasks/update" => isError ? MessagePlace.Error : MessagePlace.Result,
            "resources/read" => MessagePlace.Resource,
            "prompts/get" => MessagePlace.Prompt,
            "completion/complete" => MessagePlace.Completion,
            _ => MessagePlace.Other,
        }, message.Range(EnvelopeMember.Result));
    }

    private static bool AsksToSample(ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        foreach (var question in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ResultInputRequests)))
        {
            if (JsonWalk.TryFindMember(bytes, question.Value, "method"u8, out var method) && JsonText.Is(method.Of(bytes), "sampling/createMessage"u8))
                return true;
        }

        return false;
    }

    // From the first member that is no definition to the last: what is between is judged too.
    private static ByteRange Others(ValidatedMessage message)
    {
        var bytes = message.Bytes.Span;
        var (start, end) = (0, 0);
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.Result)))
        {
            if (Definitions.Contains(JsonWalk.String(bytes, member.Name)!)) continue;
            if (end == 0) start = member.Name.Start;
            end = member.Value.End;
        }

        return new ByteRange(start, end - start);
    }

    private static bool IsDefinitions(string? method) => method is "initialize" or "server/discover" or "tools/list" or "prompts/list"
        or "resources/list" or "resources/templates/list";
}
