using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.ProviderEvents;

/// <summary>The parts of a host on which events act.</summary>
internal interface IEventHost
{
    /// <summary>The configuration in force.</summary>
    GatewaySettings Settings { get; }

    /// <summary>Returns the keys of an issuer's tokens; null where no issuer of the configuration in force has this name.</summary>
    IIssuerKeys? KeysOf(string issuer);

    /// <summary>
    /// Ends everything that a person has at the gateway, and refuses every token that the person got until now. Returns when that is durable.
    /// </summary>
    /// <exception cref="StoreException">Not everything was stored. What could be ended in this process has ended.</exception>
    Task<EventCut> EndAsync(EndedPerson person);
}
