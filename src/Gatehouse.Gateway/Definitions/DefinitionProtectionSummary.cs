using System.Globalization;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The mode of definition protection, as text for the operator: at the start, in <c>status</c> and with withheld definitions. An operator who
/// configured nothing must learn that something is withheld, and who can approve it.
/// </summary>
public static class DefinitionProtectionSummary
{
    /// <summary>Returns the mode of definition protection in one line.</summary>
    public static string Mode(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.LockInForce.FirstUse switch
        {
            FirstUseMode.Off => "off (lock.firstUse): each session sees the definitions that the server has at that time",
            FirstUseMode.Trust => "held to first use: the gateway withholds later changes and additions of a server until they are approved",
            _ => "held to the lock: the gateway withholds definitions that are not approved",
        };
    }

    /// <summary>Returns the reason why no person may approve withheld definitions, with the key to set. Null when a person may.</summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="isPersonal">True for the host of wrapped servers, where the person of the account approves.</param>
    public static string? WhyNoApprover(GatewaySettings settings, bool isPersonal)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return isPersonal || settings.Development || settings.Administration.Who is not null
            ? null
            : "the configuration names no administrator who can approve withheld definitions: set administration.who";
    }

    /// <summary>Returns the operator's next step for withheld definitions.</summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="host">The host that withholds them.</param>
    public static string Remedy(GatewaySettings settings, GatewayHostOptions host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return WhyNoApprover(settings, host.IsPersonal) ?? host.ApprovalRemedy
            ?? $"read it and approve it with: gatehouse lock approve {(host.IsPersonal ? "--host" : "--gateway")}";
    }

    /// <summary>Returns the event of the start, and its mode.</summary>
    /// <inheritdoc cref="Remedy"/>
    public static string Line(GatewaySettings settings, GatewayHostOptions host)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.LockInForce.FirstUse == FirstUseMode.Off ? Mode(settings) : $"{Mode(settings)}; {Remedy(settings, host)}";
    }

    /// <summary>Returns the mode of definition protection and the next step for withheld definitions, for <c>status</c>.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Facts(GatewaySettings settings, GatewayHostOptions host, int withheld, int unusable)
    {
        yield return KeyValuePair.Create("definitions", Mode(settings));
        if (unusable > 0)
            yield return KeyValuePair.Create("definitions.unusable",
                $"{unusable.ToString(CultureInfo.InvariantCulture)}; operator event 6002 names each tool, the place in its schema and the key that "
                    + "lets it pass");
        if (withheld > 0)
            yield return KeyValuePair.Create("definitions.withheld", $"{withheld.ToString(CultureInfo.InvariantCulture)}; {Remedy(settings, host)}");
        else if (WhyNoApprover(settings, host.IsPersonal) is { } why)
            yield return KeyValuePair.Create("definitions.approvers", why);
    }
}
