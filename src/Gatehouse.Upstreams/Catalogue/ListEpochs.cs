using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>Counts how often a server has said that a list changed: what was asked for before the last time is stale.</summary>
internal sealed class ListEpochs
{
    private readonly long[] epochs = new long[ListKinds.Count];

    public long Of(ListKind kind) => Interlocked.Read(ref epochs[(int)kind]);

    public void Changed(ListKind kind) => Interlocked.Increment(ref epochs[(int)kind]);
}
