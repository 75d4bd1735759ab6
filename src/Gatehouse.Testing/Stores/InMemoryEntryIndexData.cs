using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>The rows of an index in memory, which outlive it.</summary>
public sealed class InMemoryEntryIndexData
{
    internal Lock Gate { get; } = new();

    internal IndexHead? Head { get; set; }

    internal List<(long Number, IndexedEntry Row)> Rows { get; } = [];

    internal long Newest { get; set; }

    // The label with which a token came first.
    internal Dictionary<IndexToken, IndexTerm> Terms { get; } = [];
}
