using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Pipeline.Authenticate;

/// <summary>The planted tokens that no caller has a reason to present (SK-04).</summary>
public interface IHoneyTokens
{
    /// <summary>Returns whether a presented token is planted, and raises the alarm.</summary>
    /// <param name="token">The token.</param>
    /// <param name="peer">The address block that it came from.</param>
    /// <param name="exchange">The id of the exchange.</param>
    bool IsPlanted(AccessTokenValue token, CallerPartition peer, string exchange);
}
