using Gatehouse.AuthZen.Serving;
using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Containment;

/// <summary>Names of the parts of containments that the range may replace.</summary>
internal static class ContainmentPartNames
{
    /// <summary>What is contained, as every check asks it.</summary>
    public static PartName<ContainmentRegister> Register { get; } = new("containments");

    /// <summary>The check of decision requests for contained and revoked parties.</summary>
    public static PartName<IBarredParties> BarredParties { get; } = new("decision-service/barred-parties");
}
