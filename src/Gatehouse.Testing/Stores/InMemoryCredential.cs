using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>A credential, and what was noted when it was spent.</summary>
internal sealed record InMemoryCredential(CredentialRow Row, DateTimeOffset? SpentAt, ReadOnlyMemory<byte> Successor);
