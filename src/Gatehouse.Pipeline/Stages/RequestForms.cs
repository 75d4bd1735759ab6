using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// Does a request say in one way what it is about? A reference of a completion is a prompt or a resource by its <c>type</c>; a server reads that and skips
/// the other's members, so a message that has both is read as two things (MCP, completion; CWE-436, CWE-843).
/// </summary>
internal static class RequestForms
{
    /// <summary>What is wrong with the parts that the policy is asked about; null when nothing is.</summary>
    public static string? Fault(ValidatedMessage message) => message.Method switch
    {
        "completion/complete" => Reference(message) ?? Argument(message),
        "subscriptions/listen" => Subscriptions(message),
        _ => null,
    };

    private static string? Reference(ValidatedMessage message)
    {
        if (!message.IsObject(Slot.ParamsRef)) return "ref";
        return message.Text(Slot.ParamsRefType) switch
        {
            "ref/prompt" => message.IsString(Slot.ParamsRefName) && !message.Has(Slot.ParamsRefUri) ? null : "ref/prompt",
            "ref/resource" => message.IsString(Slot.ParamsRefUri) && !message.Has(Slot.ParamsRefName) ? null : "ref/resource",
            _ => "ref.type",
        };
    }

    private static string? Argument(ValidatedMessage message)
    {
        if (!message.IsString(Slot.ParamsArgumentName) || !message.IsString(Slot.ParamsArgumentValue)) return "argument";
        if (message.Has(Slot.ParamsContext) && !message.IsObject(Slot.ParamsContext)) return "context";
        if (message.Has(Slot.ParamsContextArguments) && !HasTexts(message)) return "context.arguments";
        return message.Has(Slot.ParamsRefUri) && CompletionTemplate.NamesOthers(message) ? "argument" : null;
    }

    private static bool HasTexts(ValidatedMessage message)
    {
        if (!message.IsObject(Slot.ParamsContextArguments)) return false;
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, message.Range(Slot.ParamsContextArguments)))
        {
            if (bytes[member.Value.Start] != (byte)'"') return false;
        }

        return true;
    }

    // A reader that takes one text for a list of one would subscribe to what no rule was asked about.
    private static string? Subscriptions(ValidatedMessage message)
    {
        if (!message.Has(Slot.ParamsNotifications)) return null;
        if (!message.IsObject(Slot.ParamsNotifications)) return "notifications";
        var bytes = message.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, message.Range(Slot.ParamsNotifications), "resourceSubscriptions"u8, out var uris)) return null;
        if (bytes[uris.Start] != (byte)'[') return "resourceSubscriptions";
        foreach (var uri in JsonWalk.Elements(bytes, uris))
        {
            if (bytes[uri.Start] != (byte)'"') return "resourceSubscriptions";
        }

        return null;
    }
}
