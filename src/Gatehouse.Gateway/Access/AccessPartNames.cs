using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Access;

/// <summary>Names of the parts of rights for a time that the range may replace.</summary>
internal static class AccessPartNames
{
    /// <summary>The rights that people have now, as every decision asks them.</summary>
    public static PartName<ActiveAccess> Rights { get; } = new("access/rights");
}
