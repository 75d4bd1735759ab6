using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule for notifications that a resource was updated. They reach the callers that subscribed to it and may read it now, unless it is withheld
/// (TP-02). Each message of a stream is decided by the newest rules (AZ-01, design rule 7).
/// </summary>
internal sealed class UpdateRule(SnapshotHolder snapshots, ICatalogue catalogue) : IResponseRule
{
    public string Name => "updates";

    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        await PrepareAsync(exchange, message, cancellation).ConfigureAwait(false);
        return Judge(exchange, message);
    }

    private async ValueTask PrepareAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Kind != MessageKind.Notification || message.Method != "notifications/resources/updated") return;
        if (message.Text(EnvelopeMember.ParamsUri) is { } uri && IsSubscribed(exchange, uri))
            await Visibility.AskAsync(exchange, snapshots.Current, ListKind.Resources, [uri], cancellation).ConfigureAwait(false);
    }

    private RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (message.Kind != MessageKind.Notification || message.Method != "notifications/resources/updated") return RuleVerdict.Pass;
        if (message.Text(EnvelopeMember.ParamsUri) is not { } uri || !IsSubscribed(exchange, uri))
            return RuleVerdict.Drop("update-nobody-subscribed-to");
        return !ResourceUri.IsApp(uri) && Visibility.IsPermitted(exchange, snapshots.Current, ListKind.Resources, uri) && !IsWithheld(exchange, uri)
            ? RuleVerdict.Pass
            : RuleVerdict.Drop("update-of-what-may-not-be-read");
    }

    // As far as it is known: the resource existed at the subscription, and may have been withheld since.
    private bool IsWithheld(Exchange exchange, string uri) =>
        catalogue.Known(exchange, ListKind.Resources) is { } list && WithheldEntries.Find(exchange, snapshots.Current, list, uri) is not null;

    private static bool IsSubscribed(Exchange exchange, string uri)
    {
        if (!exchange.IsModern)
            return exchange.Session is { } session && session.Live.Slots.Find(ResourceSubscriptions.Slot) is { } subscribed && subscribed.Cover(uri);
        if (exchange.Message is not { Method: "subscriptions/listen" } request) return false;
        var bytes = request.Bytes.Span;
        if (!request.IsObject(EnvelopeMember.ParamsNotifications)
            || !JsonWalk.TryFindMember(bytes, request.Range(EnvelopeMember.ParamsNotifications), "resourceSubscriptions"u8, out var wanted))
        {
            return false;
        }

        foreach (var element in JsonWalk.Elements(bytes, wanted))
        {
            if (JsonWalk.String(bytes, element) is { } of && (of == uri || ResourceSubscriptions.IsPartOf(uri, of))) return true;
        }

        return false;
    }
}
