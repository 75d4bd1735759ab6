using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Authenticate;

namespace Gatehouse.Range.Doubles;

/// <summary>An authentication to which no token is planted.</summary>
internal sealed class NoHoney : IHoneyTokens
{
    public bool IsPlanted(AccessTokenValue token, CallerPartition peer, string exchange) => false;
}
