using Gatehouse.Identity;

namespace Gatehouse.Gateway.Sessions;

/// <summary>That a task belongs to a caller. Identifiers and owners are keyed digests.</summary>
/// <param name="Caller">Whose part of the room the claim uses.</param>
/// <param name="Server">The server's name.</param>
/// <param name="Task">Digest of the task's identifier.</param>
/// <param name="Owner">Digest of the owner, and of the tool where the task came of a call.</param>
/// <param name="CallerDigest">Digest of issuer and subject, by which the store counts a caller's tasks.</param>
internal sealed record TaskClaim(CallerPartition Caller, string Server, byte[] Task, byte[] Owner, byte[] CallerDigest);
