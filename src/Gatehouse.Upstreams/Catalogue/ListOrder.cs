using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// A server that gives the same entries in another order every time is shown in one order (H21): a client's model would be swayed by
/// which tool comes first, and could not reuse what it has read. Keeps no list alive. Safe for concurrent use.
/// </summary>
internal sealed class ListOrder
{
    private readonly WeakReference<ServerList>?[] last = new WeakReference<ServerList>?[ListKinds.Count];

    /// <summary>The list shown before, when the new one is the same but for the order; null otherwise.</summary>
    public ServerList? InsteadOf(ServerList fresh) =>
        Volatile.Read(ref last[(int)fresh.Kind]) is { } reference && reference.TryGetTarget(out var before) && fresh.IsPermutationOf(before) ? before
            : null;

    /// <summary>Notes what is shown from now on.</summary>
    public void Note(ServerList shown) => Volatile.Write(ref last[(int)shown.Kind], new WeakReference<ServerList>(shown));
}
