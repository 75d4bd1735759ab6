using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Accept;

/// <summary>
/// The check that a request names its subject in only one way. A completion's reference is a prompt or a resource by its <c>type</c>. A server reads
/// that and skips the members of the other form, so a message with both has two interpretations (MCP, completion; CWE-436, CWE-843).
/// </summary>
internal static class RequestForms
{
    /// <summary>Returns the fault in the parts that the policy is asked about; null when there is none.</summary>
    public static string? Fault(ValidatedMessage message) => message.Method switch
    {
        "completion/complete" => Reference(message) ?? Argument(message),
        "subscriptions/listen" => Subscriptions(message),
        _ => null,
    };

    private static string? Reference(ValidatedMessage message)
    {
        if (!message.IsObject(EnvelopeMember.ParamsRef)) return "ref";
        return message.Text(EnvelopeMember.ParamsRefType) switch
        {
            "ref/prompt" => message.IsString(EnvelopeMember.ParamsRefName) && !message.Has(EnvelopeMember.ParamsRefUri) ? null : "ref/prompt",
            "ref/resource" => message.IsString(EnvelopeMember.ParamsRefUri) && !message.Has(EnvelopeMember.ParamsRefName) ? null : "ref/resource",
            _ => "ref.type",
        };
    }

    private static string? Argument(ValidatedMessage message)
    {
        if (!message.IsString(EnvelopeMember.ParamsArgumentName) || !message.IsString(EnvelopeMember.ParamsArgumentValue)) return "argument";
        if (message.Has(EnvelopeMember.ParamsContext) && !message.IsObject(EnvelopeMember.ParamsContext)) return "context";
        if (message.Has(EnvelopeMember.ParamsContextArguments) && !HasTexts(message)) return "context.arguments";
        return message.Has(EnvelopeMember.ParamsRefUri) && CompletionTemplate.NamesOthers(message) ? "argument" : null;
    }

    private static bool HasTexts(ValidatedMessage message)
    {
        if (!message.IsObject(EnvelopeMember.ParamsContextArguments)) return false;
        var bytes = message.Bytes.Span;
        foreach (var member in JsonWalk.Members(bytes, message.Range(EnvelopeMember.ParamsContextArguments)))
        {
            if (bytes[member.Value.Start] != (byte)'"') return false;
        }

        return true;
    }

    // A parser that treats a single text as a list of one would subscribe to a resource that no rule was asked about.
    private static string? Subscriptions(ValidatedMessage message)
    {
        if (!message.Has(EnvelopeMember.ParamsNotifications)) return null;
        if (!message.IsObject(EnvelopeMember.ParamsNotifications)) return "notifications";
        var bytes = message.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.ParamsNotifications), "resourceSubscriptions"u8, out var uris)) return null;
        if (bytes[uris.Start] != (byte)'[') return "resourceSubscriptions";
        foreach (var uri in JsonWalk.Elements(bytes, uris))
        {
            if (bytes[uri.Start] != (byte)'"') return "resourceSubscriptions";
        }

        return null;
    }
}
