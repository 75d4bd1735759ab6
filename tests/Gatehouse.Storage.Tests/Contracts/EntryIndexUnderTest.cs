using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>An implementation of the index of a log as its contract test kit needs it: a place that can be opened again and again.</summary>
public abstract class EntryIndexUnderTest : IAsyncDisposable
{
    /// <summary>Opens the place. One index has it at a time.</summary>
    public abstract Task<IEntryIndexStore> OpenAsync();

    /// <summary>Removes the place.</summary>
    public abstract ValueTask DisposeAsync();
}
