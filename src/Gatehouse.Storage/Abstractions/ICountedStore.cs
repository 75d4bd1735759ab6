namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// A store that counts its commits in itself, so that an older copy of it has a lower count. The threat: an older copy is put back, and nothing in it
/// shows that.
/// </summary>
public interface ICountedStore
{
    /// <summary>The random name of this store, which is in the store.</summary>
    string Identity { get; }

    /// <summary>The commits that changed something since the store was made, by every process. It stays when the store is closed.</summary>
    long CommitNumber { get; }

    /// <summary>True when a build that counts commits has written the store before.</summary>
    bool WasCounted { get; }

    /// <summary>Raised on a thread of the store after <see cref="CommitNumber"/> changed. A handler does not block and does not throw.</summary>
    event Action? Committed;
}
