using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.ProviderEvents;

/// <summary>Adds the events of identity providers to a host (AZ-05).</summary>
internal static class EventServices
{
    /// <summary>
    /// Adds them. In the same container the host has its clock, its handlers for outgoing requests, its secrets, the journal, the log of the operator
    /// and the <see cref="IEventHost"/>.
    /// </summary>
    public static IServiceCollection AddProviderEvents(this IServiceCollection services) => services
        .AddSingleton<EventSources>()
        .AddSingleton<EventJournal>()
        .AddSingleton<EventReceiver>()
        .AddSingleton<EventPollers>()
        .AddSingleton<EventEndpoints>();
}
