using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Containment;

/// <summary>Names of the parts of containments that the range may replace.</summary>
internal static class ContainmentPartNames
{
    /// <summary>What is contained, as every check asks it.</summary>
    public static PartName<ContainmentRegister> Register { get; } = new("containments");
}
