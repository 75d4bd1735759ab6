using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Sessions;

/// <summary>The ownership of a task by a caller. Identifiers and owners are keyed digests. Compared by reference.</summary>
/// <param name="caller">The caller whose part of the room the claim uses.</param>
/// <param name="server">The server's name.</param>
/// <param name="task">Digest of the task's identifier.</param>
/// <param name="owner">Digest of the owner, and of the tool where a call created the task.</param>
/// <param name="callerDigest">Digest of issuer and subject, by which the store counts a caller's tasks.</param>
/// <param name="until">The moment at which the claim expires.</param>
internal sealed class HeldClaim(CallerPartition caller, string server, byte[] task, byte[] owner, byte[] callerDigest, DateTimeOffset until)
{
    /// <summary>The caller whose part of the room the claim uses.</summary>
    public CallerPartition Caller => caller;

    /// <summary>The server's name.</summary>
    public string Server => server;

    /// <summary>Digest of the task's identifier.</summary>
    public byte[] Task => task;

    /// <summary>Digest of the owner, and of the tool where a call created the task.</summary>
    public byte[] Owner => owner;

    /// <summary>Digest of issuer and subject, by which the store counts a caller's tasks.</summary>
    public byte[] CallerDigest => callerDigest;

    /// <summary>The moment at which the claim expires.</summary>
    public DateTimeOffset Until => until;
}
