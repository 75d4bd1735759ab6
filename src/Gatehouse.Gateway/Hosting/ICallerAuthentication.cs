using Gatehouse.Pipeline;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Who may call a host, and what of that a configuration changes. The one part in which hosts differ.</summary>
internal interface ICallerAuthentication
{
    /// <summary>Secrets that the callers of the configuration are judged with.</summary>
    IEnumerable<SecretReference> SecretsOf(GatewaySettings settings);

    /// <summary>The setting that cannot change while this host runs; null when all of them can.</summary>
    string? RestartNeeded(GatewaySettings current, GatewaySettings next);

    /// <summary>The callers' part of the configuration with which the host was opened.</summary>
    PreparedAuthentication First { get; }

    /// <summary>Makes the callers' part of a configuration that is not in force yet.</summary>
    /// <exception cref="InvalidDataException">It cannot be made; the message names the fault.</exception>
    PreparedAuthentication Prepare(GatewaySettings next);

    /// <summary>True when an exchange's caller would still be let in to its server under the snapshot (design rule 7).</summary>
    bool MayStay(GatewaySnapshot snapshot, Exchange exchange);

    /// <summary>Forgets what was remembered of callers whose time is over; asked again and again.</summary>
    void Sweep();
}
