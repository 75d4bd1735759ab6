using Gatehouse.Identity.Partitions;
using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>The source of a request, for the bounds of refusals in the log: an account of this machine, or an address block.</summary>
/// <param name="Account">The account in words; null for a request over HTTP.</param>
/// <param name="Network">The address block; not used where there is an account.</param>
internal readonly record struct RequestSource(string? Account, CallerPartition Network)
{
    /// <summary>Returns the source of an account.</summary>
    public static RequestSource Of(PeerAccount? account) => new("account " + Administrator.NameOf(account), CallerPartition.Unknown);

    /// <summary>Returns the source of an address block.</summary>
    public static RequestSource Of(CallerPartition network) => new(null, network);
}
