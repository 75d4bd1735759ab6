using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>
/// The rule that a notification of a changed list reaches only the callers whose own view of it changed. Otherwise the notification would reveal
/// entries that they may not see (AZ-01). If no entry is hidden from the caller, before and after, it passes unchanged.
/// </summary>
public sealed class ListChanges(ICatalogue catalogue, SnapshotHolder snapshots) : IListChanges
{
    /// <summary>Fetches the lists before a discovery or a subscription, and records the caller's view of them for later comparisons.</summary>
    public async ValueTask BeginAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is { Method: "server/discover" }) await LearnAsync(exchange, cancellation).ConfigureAwait(false);
        if (exchange.Message is not { Method: "subscriptions/listen" } request) return;
        var wanted = request.Range(EnvelopeMember.ParamsNotifications);
        if (Wants(request, wanted, "toolsListChanged"u8)) await SeesAsync(exchange, ListKind.Tools, cancellation).ConfigureAwait(false);
        if (Wants(request, wanted, "promptsListChanged"u8)) await SeesAsync(exchange, ListKind.Prompts, cancellation).ConfigureAwait(false);
        if (!Wants(request, wanted, "resourcesListChanged"u8)) return;
        await SeesAsync(exchange, ListKind.Resources, cancellation).ConfigureAwait(false);
        await SeesAsync(exchange, ListKind.Templates, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells whether a notification concerns the caller. False for a change of entries that the caller does not see.</summary>
    public async ValueTask<bool> ConcernsAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(message);
        if (message.Kind != MessageKind.Notification || ListKinds.ChangedBy(message.Method) is not { Count: > 0 } kinds) return true;
        var concerns = false;
        foreach (var kind in kinds)
        {
            catalogue.Changed(exchange.Server, kind);
            var before = exchange.ToldLists.Of(kind);
            if (await SeesAsync(exchange, kind, cancellation).ConfigureAwait(false) is { } now) concerns |= IsNews(before, now);
        }

        return concerns;
    }

    // For a caller limited to named entries, the offer of a discovery depends on the entries that exist for the caller.
    private async ValueTask LearnAsync(Exchange exchange, CancellationToken cancellation)
    {
        await Visibility.AskOpenAsync(exchange, exchange.Snapshot, cancellation).ConfigureAwait(false);
        foreach (var kind in ListKinds.All)
        {
            if (!Visibility.IsOpen(exchange, exchange.Snapshot, kind)) await SeesAsync(exchange, kind, cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsNews(AdvertisedList? before, VisibleList now) => before is null
        ? now.Hidden == 0
        : (!before.HadHidden && now.Hidden == 0) || !before.Version.Span.SequenceEqual(now.Version.Span);

    // A list that cannot be read cannot be compared, and its change is not forwarded. The list is still stale, and fetched when it is requested.
    private async ValueTask<VisibleList?> SeesAsync(Exchange exchange, ListKind kind, CancellationToken cancellation)
    {
        try
        {
            var list = await catalogue.ListAsync(exchange, kind, cancellation).ConfigureAwait(false);
            if (!list.IsSupported) return null;
            var snapshot = snapshots.Current;
            await Visibility.AskAsync(exchange, snapshot, list, cancellation).ConfigureAwait(false);
            var visible = Visibility.Of(exchange, snapshot, list);
            exchange.ToldLists.Note(visible);
            return visible;
        }
        catch (RefusalException)
        {
            return null;
        }
    }

    private static bool Wants(ValidatedMessage request, ByteRange wanted, ReadOnlySpan<byte> name) =>
        !wanted.IsAbsent
        && request.Bytes.Span[wanted.Start] == (byte)'{'
        && JsonWalk.TryFindMember(request.Bytes.Span, wanted, name, out var value)
        && value.Of(request.Bytes.Span).SequenceEqual("true"u8);
}
