using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Sessions;

/// <summary>That a task belongs to a caller. Identifiers and owners are keyed digests. Compared by reference.</summary>
/// <param name="caller">Whose part of the room the claim uses.</param>
/// <param name="server">The server's name.</param>
/// <param name="task">Digest of the task's identifier.</param>
/// <param name="owner">Digest of the owner, and of the tool where the task came of a call.</param>
/// <param name="callerDigest">Digest of issuer and subject, by which the store counts a caller's tasks.</param>
/// <param name="until">When the task is forgotten.</param>
internal sealed class HeldClaim(CallerPartition caller, string server, byte[] task, byte[] owner, byte[] callerDigest, DateTimeOffset until)
{
    /// <summary>Whose part of the room the claim uses.</summary>
    public CallerPartition Caller => caller;

    /// <summary>The server's name.</summary>
    public string Server => server;

    /// <summary>Digest of the task's identifier.</summary>
    public byte[] Task => task;

    /// <summary>Digest of the owner, and of the tool where the task came of a call.</summary>
    public byte[] Owner => owner;

    /// <summary>Digest of issuer and subject, by which the store counts a caller's tasks.</summary>
    public byte[] CallerDigest => callerDigest;

    /// <summary>When the task is forgotten.</summary>
    public DateTimeOffset Until => until;
}
