using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>A definition that the lock withholds, with all facts that a person needs to judge it.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Identity">The server's source.</param>
/// <param name="Definition">The definition as the server sent it, in bytes of its own.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Reason">Slug of the reason.</param>
/// <param name="At">Time at which it was last withheld.</param>
public sealed record WithheldDefinition(string Server, ServerIdentity Identity, ServerDefinition Definition, string Digest, string Reason,
    DateTimeOffset At);
