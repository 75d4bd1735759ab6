using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Accept;

/// <summary>
/// The check that a request names its subject in only one way. A completion's reference is a prompt or a resource by its <c>type</c>. A server reads
/// that and skips the members of the other form, so a message with both has two interpretations (MCP, completion; CWE-436, CWE-843).
/// </summary>
/// <remarks>
/// Threat: a request makes the gateway derive more from it than it holds, before anybody asked whether its caller has a right (CWE-409, CWE-770). A
/// template is at most as long as a URI that the policy looks at, with its values too. A subscription names at most as many resources as a session of
/// the legacy era may have; each is a question to the policy.
/// </remarks>
internal static class RequestForms
{
    /// <summary>Returns why the parts that the policy is asked about are refused; null when they are not.</summary>
    public static Refusal? Fault(ValidatedMessage message) => message.Method switch
    {
        "completion/complete" => (Reference(message) ?? Argument(message)) is { } part ? new Refusal(Reasons.TwoForms, part)
            : message.Has(EnvelopeMember.ParamsRefUri) && CompletionTemplate.Fill(message) is null ? new Refusal(Reasons.SubjectTooLarge, "ref.uri")
            : null,
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
    private static Refusal? Subscriptions(ValidatedMessage message)
    {
        if (!message.Has(EnvelopeMember.ParamsNotifications)) return null;
        if (!message.IsObject(EnvelopeMember.ParamsNotifications)) return new Refusal(Reasons.TwoForms, "notifications");
        var bytes = message.Bytes.Span;
        if (!JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.ParamsNotifications), "resourceSubscriptions"u8, out var uris)) return null;
        if (bytes[uris.Start] != (byte)'[') return new Refusal(Reasons.TwoForms, "resourceSubscriptions");
        var count = 0;
        foreach (var uri in JsonWalk.Elements(bytes, uris))
        {
            if (bytes[uri.Start] != (byte)'"') return new Refusal(Reasons.TwoForms, "resourceSubscriptions");
            if (++count > ResourceSubscriptions.MostInRequest) return new Refusal(Reasons.SubjectTooLarge, "resourceSubscriptions");
        }

        return null;
    }
}
