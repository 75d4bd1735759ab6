using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.ProviderEvents;

/// <summary>The entries about events of providers in the audit log.</summary>
/// <param name="journal">The control entries.</param>
/// <param name="time">The clock.</param>
internal sealed class EventJournal(IAdministrationJournal journal, TimeProvider time)
{
    /// <summary>Writes that an event was taken, in the part of the log of its person.</summary>
    /// <param name="source">The issuer.</param>
    /// <param name="taken">The event.</param>
    /// <param name="delivery">The way on which it came.</param>
    /// <param name="cut">What it ended; null where it ended nothing by its kind.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> TakenAsync(EventSource source, VerifiedEvent taken, EventDelivery delivery, EventCut? cut)
    {
        (string, string)[] facts =
        [
            ("issuer", source.Issuer.Issuer),
            ("event", string.Join(' ', taken.Events.Select(static one => EventTypes.WordOf(one.Type, one.Content)))),
            ("delivery", delivery.Word), ("jti", taken.Id), ("effect", cut is null ? "none" : "ended"),
        ];
        if (cut is not { } ended || taken.Subject is not { } person) return journal.NoteDurableAsync("provider.event", facts);
        return journal.Since(time.GetTimestamp()).NoteDurableOfAsync(
            CallerPartition.Of(person.Issuer, person.Subject ?? person.Session!), isFollowing: true, "provider.event",
            [
                .. facts, ("subject", person.Subject ?? ""), ("sid", person.Session ?? ""), ("sessions", Text(ended.Sessions)),
                ("exchanges", Text(ended.Exchanges)), ("credentials", Text(ended.Credentials)), ("grants", Text(ended.Grants)),
            ]);
    }

    /// <summary>Writes that an event was refused. Beyond a rate, those of one source are counted in one entry.</summary>
    public void Refused(EventSource source, EventDelivery delivery, EventFault fault) =>
        journal.NoteRefused(
            delivery.Id is null ? RequestSource.Of(delivery.Peer) : new RequestSource("events of " + source.Issuer.Issuer, CallerPartition.Unknown),
            "provider.event.refused", null, ("issuer", source.Issuer.Issuer), ("delivery", delivery.Word), ("cause", fault.Cause));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
