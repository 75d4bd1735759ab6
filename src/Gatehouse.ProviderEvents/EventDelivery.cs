using Gatehouse.Identity.Partitions;

namespace Gatehouse.ProviderEvents;

/// <summary>The way on which an event came.</summary>
/// <param name="Word">The way in a word: <c>poll</c>, <c>push</c> or <c>logout</c>.</param>
/// <param name="Form">The form that an event has on this way.</param>
/// <param name="Peer">The address block that sent it; the default for a poll.</param>
/// <param name="Id">The id under which the transmitter delivers it, which its <c>jti</c> must be; null where it has none.</param>
internal readonly record struct EventDelivery(string Word, EventForm Form, CallerPartition Peer, string? Id = null);
