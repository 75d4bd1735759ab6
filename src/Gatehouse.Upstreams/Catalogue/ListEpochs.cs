using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>Counters of a server's announcements that a list changed. A list that was requested before the last one is stale.</summary>
internal sealed class ListEpochs
{
    private readonly long[] epochs = new long[ListKinds.Count];

    public long Of(ListKind kind) => Interlocked.Read(ref epochs[(int)kind]);

    public void Changed(ListKind kind) => Interlocked.Increment(ref epochs[(int)kind]);
}
