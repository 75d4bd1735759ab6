using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>A withheld result and its content, which is empty once it was removed.</summary>
internal sealed record InMemoryResult(QuarantinedResultRow Row, byte[] Content);
