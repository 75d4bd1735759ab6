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
        if (message.Has(EnvelopeMember.ResultInputRequests))
        {
            var asks = message.Raw(EnvelopeMember.ResultInputRequests).IndexOf("sampling/createMessage"u8) >= 0;
            return new(asks ? MessagePlace.Sampling : MessagePlace.Elicitation, message.Range(EnvelopeMember.Result));
        }

        // Lists and the answers to initialize and server/discover are definitions: they are inspected where they are approved. What else such an
        // answer carries is in its _meta.
        if (IsDefinitions(method)) return new(MessagePlace.Other, message.Range(EnvelopeMember.ResultMeta));
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

    private static bool IsDefinitions(string? method) => method is "initialize" or "server/discover" or "tools/list" or "prompts/list"
        or "resources/list" or "resources/templates/list";
}
