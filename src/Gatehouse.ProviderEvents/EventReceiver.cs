using System.Text.Json;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Formats;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.ProviderEvents;

/// <summary>
/// Judges events, lets them have their effect, and records them. The effect and the entry are durable before an event counts as taken.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="journal">The entries.</param>
/// <param name="log">The log of the operator.</param>
internal sealed class EventReceiver(IEventHost host, EventJournal journal, ILogger log)
{
    private static readonly string[] States = ["enabled", "paused", "disabled"];

    /// <summary>Takes one event.</summary>
    /// <param name="source">The issuer.</param>
    /// <param name="text">The token, as it came.</param>
    /// <param name="delivery">The way on which it came.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    /// <returns>The fault, null where it was taken; and whether it is another event than those before.</returns>
    public async Task<(EventFault? Fault, bool IsNew)> ReceiveAsync(
        EventSource source, string text, EventDelivery delivery, CancellationToken cancellation)
    {
        var tokens = delivery.Form == EventForm.Logout ? source.Logouts : source.Events;
        var (found, fault) = await tokens.VerifyAsync(text, delivery.Form, delivery.Peer, cancellation).ConfigureAwait(false);
        fault ??= FindFault(source, found!, delivery);
        if (fault is null) return await TakeAsync(source, found!, delivery).ConfigureAwait(false);
        if (!fault.IsTemporary) journal.Refused(source, delivery, fault);
        return (fault, true);
    }

    private static EventFault? FindFault(EventSource source, VerifiedEvent found, EventDelivery delivery)
    {
        if (delivery.Id is { } id && found.Id != id) return EventFault.Id;
        if (EffectOf(found) != EventEffect.End) return null;
        if (found.Subject is not { } person) return EventFault.Subject;
        // Threat: the transmitter of one issuer signs out people of another one (CWE-863).
        return person.Issuer == source.Issuer.Issuer ? null : EventFault.SubjectIssuer;
    }

    private async Task<(EventFault? Fault, bool IsNew)> TakeAsync(EventSource source, VerifiedEvent found, EventDelivery delivery)
    {
        if (source.Seen.Has(found.Id)) return (null, false); // a transmitter repeats what it has no answer to (RFC 8936 §2.4)
        EventCut? cut = null;
        try
        {
            if (EffectOf(found) == EventEffect.End)
            {
                var person = found.Subject!;
                cut = await host.EndAsync(new EndedPerson(person.Issuer, person.Subject, person.Session, $"event of {source.Issuer.Issuer}"))
                    .ConfigureAwait(false);
            }
        }
        catch (StoreException)
        {
            return (EventFault.NotStored, true);
        }

        foreach (var (type, content) in found.Events.Where(static one => one.Type == EventTypes.StreamUpdated)) ReportState(source, content);
        if (!await journal.TakenAsync(source, found, delivery, cut).ConfigureAwait(false)) return (EventFault.NotRecorded, true);
        source.Seen.Add(found.Id);
        return (null, true);
    }

    private void ReportState(EventSource source, JsonElement content)
    {
        var state = Array.Find(States, one => one == MetadataMember.Text(content, "status")) ?? "unknown";
        if (state != "enabled") log.Write(OperatorEvents.ProviderStreamStopped, LogValue.Configured(source.Issuer.Issuer), LogValue.Code(state));
    }

    private static EventEffect EffectOf(VerifiedEvent found) => found.Events.Max(static one => EventTypes.EffectOf(one.Type, one.Content));
}
