using System.Collections.Concurrent;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>
/// The routing of a child's messages to replies. A process that serves one session or one user has one owner. A shared process has many owners, and a
/// message that cannot be attributed to one reaches no client.
/// </summary>
/// <param name="modern">True when the child uses the modern era: then it may not ask anything (G17).</param>
/// <param name="shared">True when one process serves all callers.</param>
internal sealed class StdioRouting(Func<bool> modern, bool shared)
{
    public StdioRouting(bool modern, bool shared)
        : this(() => modern, shared)
    {
    }

    /// <summary>True when one process serves all callers.</summary>
    public bool IsShared => shared;

    /// <summary>Tells whether both requests belong to one owner, so that one may cancel the other.</summary>
    public bool SameOwner(UpstreamRequest first, UpstreamRequest second) =>
        !shared || (first.Session is { } one && second.Session is { } two && one.Uid == two.Uid);

    /// <summary>Returns the reply that gets a question of the child; null when it may ask no client now.</summary>
    public StdioReply? RecipientOf(ValidatedMessage question, IEnumerable<StdioReply> pending) => modern() ? null : Asked(question, pending);

    /// <summary>Returns the replies that get the message, which is no question, with ids as their clients know them.</summary>
    public IEnumerable<(StdioReply Reply, ValidatedMessage Message)> Route(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits) => message.Kind switch
        {
            MessageKind.Result or MessageKind.Error => RouteResponse(message, pending, limits),
            MessageKind.Request => throw new ArgumentException("a question has one recipient", nameof(message)),
            _ => RouteNotification(message, pending, limits),
        };

    /// <summary>
    /// Tells whether a message that no reply gets belongs to the session's own stream, so that a client which resumes that stream gets it (L09).
    /// </summary>
    public bool IsForListener(ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending) =>
        !shared && !modern() && message.Kind == MessageKind.Notification && message.Method != "notifications/progress"
            && !message.Has(EnvelopeMember.MetaSubscriptionId) && !RouteOwned(message, pending).Any();

    // F18: a response with an id that no request waits for reaches no client.
    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteResponse(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits)
    {
        if (StdioIds.KeyAt(message, EnvelopeMember.Id) is { } key && pending.TryGetValue(key, out var reply) && reply.Request.Message is { } request)
            yield return (reply, StdioIds.ToClient(message, request, limits));
    }

    private IEnumerable<(StdioReply, ValidatedMessage)> RouteNotification(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits)
    {
        if (message.Method == "notifications/progress") return RouteProgress(message, pending, limits);
        if (modern() && message.Method == "notifications/cancelled") return RouteCancelled(message, pending, limits);
        if (message.Has(EnvelopeMember.MetaSubscriptionId)) return RouteSubscription(message, pending, limits);
        return shared ? RouteShared(message, pending) : RouteOwned(message, pending);
    }

    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteProgress(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits)
    {
        if (StdioIds.KeyAt(message, EnvelopeMember.ParamsProgressToken) is { } key
            && pending.TryGetValue(key, out var reply)
            && reply.Request.Message is { } request
            && request.Has(EnvelopeMember.MetaProgressToken))
        {
            yield return (reply, StdioIds.Restore(message, EnvelopeMember.ParamsProgressToken, StdioIds.ProgressToken(request), limits));
        }
    }

    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteSubscription(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits)
    {
        if (StdioIds.KeyAt(message, EnvelopeMember.MetaSubscriptionId) is { } key
            && pending.TryGetValue(key, out var reply)
            && reply.Request.Message is { } request)
        {
            yield return (reply, StdioIds.Restore(message, EnvelopeMember.MetaSubscriptionId, request.Id.Raw, limits));
        }
    }

    // In the modern era a server cancels only its own answer: a subscription that it ends. The subscription id is optional there.
    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteCancelled(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending, MessageLimits limits)
    {
        if (StdioIds.KeyAt(message, EnvelopeMember.ParamsRequestId) is { } key
            && (!message.Has(EnvelopeMember.MetaSubscriptionId) || StdioIds.KeyAt(message, EnvelopeMember.MetaSubscriptionId) == key)
            && pending.TryGetValue(key, out var reply) && reply.Request.Message is { } request)
            yield return (reply, StdioIds.CancelledToClient(message, request, limits));
    }

    // A notification that a list changed reveals nothing about any caller. Every other message of a shared process may.
    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteShared(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending) =>
        message.Method is "notifications/tools/list_changed" or "notifications/prompts/list_changed" or "notifications/resources/list_changed"
            ? pending.Values.Where(IsListener).Select(r => (r, message))
            : [];

    // A log line belongs to the request in progress when there is exactly one; otherwise to the session's own stream (L09).
    private static IEnumerable<(StdioReply, ValidatedMessage)> RouteOwned(
        ValidatedMessage message, ConcurrentDictionary<long, StdioReply> pending)
    {
        var requests = pending.Values.Where(IsRequest).ToList();
        var listener = pending.Values.FirstOrDefault(IsListener);
        var aboutRequest = message.Method is "notifications/message" or "notifications/cancelled";
        var target = aboutRequest && requests.Count == 1 ? requests[0] : listener ?? (requests.Count == 1 ? requests[0] : null);
        if (target is not null) yield return (target, message);
    }

    // X11: a question belongs to a request: to the newest one, and for a shared process there must be exactly one. A server asks for the roots when
    // the client reports that it is initialized, or that they changed: that question goes to the session's own stream.
    private StdioReply? Asked(ValidatedMessage question, IEnumerable<StdioReply> pending)
    {
        var replies = pending.ToList();
        var requests = replies.Where(IsRequest).ToList();
        if (requests.Count == 0 && !shared && question.Method == "roots/list") return replies.FirstOrDefault(IsListener);
        if (requests.Count == 0 || (shared && requests.Count != 1)) return null;
        return requests.MaxBy(r => r.Key);
    }

    // A stream that resumes another gets the messages of that stream and no others (L11). The session's own stream, once resumed, is that stream.
    private static bool IsListener(StdioReply reply) => reply.Request.Message is null && (reply.Follows is null || reply.ContinuesOwnStream);

    // The gateway's own requests belong to no client: the child's questions and log lines do not belong to them.
    private static bool IsRequest(StdioReply reply) => reply.Request is { Message: not null, Caller: not null };
}
