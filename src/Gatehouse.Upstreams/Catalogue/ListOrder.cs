using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// The stable order of a server's lists: if the server returns the same entries in another order each time, callers see one order (H21). Otherwise
/// the order would influence the client's model, and the model could not reuse its cached prompt. Keeps no list alive. Safe for concurrent use.
/// </summary>
internal sealed class ListOrder
{
    private readonly WeakReference<ServerList>?[] last = new WeakReference<ServerList>?[ListKinds.Count];

    /// <summary>Returns the previous list when the new one differs only in order; null otherwise.</summary>
    public ServerList? InsteadOf(ServerList fresh) =>
        Volatile.Read(ref last[(int)fresh.Kind]) is { } reference && reference.TryGetTarget(out var before) && fresh.IsPermutationOf(before) ? before
            : null;

    /// <summary>Records the list that callers see from now on.</summary>
    public void Note(ServerList shown) => Volatile.Write(ref last[(int)shown.Kind], new WeakReference<ServerList>(shown));
}
