using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The callers of a host, and the part of their authentication that a configuration changes. Hosts differ only in this part.</summary>
internal interface ICallerAuthentication
{
    /// <summary>Returns the secrets with which the callers of the configuration are judged.</summary>
    IEnumerable<SecretUse> SecretsOf(GatewaySettings settings);

    /// <summary>Returns the setting that cannot change while this host runs, or null when all of them can.</summary>
    string? RestartNeeded(GatewaySettings current, GatewaySettings next);

    /// <summary>The callers' part of the configuration with which the host was opened.</summary>
    PreparedAuthentication First { get; }

    /// <summary>Makes the callers' part of a configuration that is not in force yet.</summary>
    /// <exception cref="InvalidDataException">It cannot be made; the message names the fault.</exception>
    PreparedAuthentication Prepare(GatewaySettings next);

    /// <summary>Returns true when an exchange's caller would still be let in to its server under the snapshot (design rule 7).</summary>
    bool MayStay(GatewaySnapshot snapshot, Exchange exchange);

    /// <summary>The grants of persons; null for a host without an authorization server.</summary>
    IPersonGrants? Grants => null;

    /// <summary>Removes the memory of callers whose time is over. It is called repeatedly.</summary>
    void Sweep();
}
