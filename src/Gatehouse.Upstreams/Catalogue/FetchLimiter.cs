using Gatehouse.Identity.Partitions;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// A limit on the concurrent fetches of lists of single sessions and processes of a server. A request without a place waits. One caller gets a part
/// of the places, and waits behind others never longer than for one place. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller opens sessions whose lists never arrive, and so keeps the gateway from fetching any other list (CWE-770).
/// </remarks>
internal sealed class FetchLimiter(int total)
{
    private readonly Lock gate = new();
    private readonly PartitionedBudget taken = new();
    private readonly LinkedList<Waiter> waiting = [];

    /// <summary>Number of callers that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Waits for a place; disposing of the result returns the place.</summary>
    /// <param name="who">The caller that asks for the list.</param>
    /// <param name="percent">The part of the places that one caller gets.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<IDisposable> TakeAsync(CallerPartition who, int percent, CancellationToken cancellation)
    {
        var part = PartitionedBudget.PartOf(total, percent);
        LinkedListNode<Waiter> place;
        lock (gate)
        {
            if (TryTake(who, part)) return new Place(this, who);
            place = waiting.AddLast(new Waiter(who, part));
        }

        try
        {
            await place.Value.Turn.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return new Place(this, who);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (place.List is not null) waiting.Remove(place);
                else GiveBack(who); // the place was given in the same moment
            }

            throw;
        }
    }

    private bool TryTake(CallerPartition who, long part) => taken.TryTake(who, 1, total, part) == PartitionedVerdict.Taken;

    private void GiveBack(CallerPartition who)
    {
        lock (gate)
        {
            taken.Return(who, 1);
            for (var at = waiting.First; at is not null;)
            {
                var next = at.Next;
                if (TryTake(at.Value.Who, at.Value.Part))
                {
                    waiting.Remove(at);
                    at.Value.Turn.SetResult();
                }

                at = next;
            }
        }
    }

    private sealed record Waiter(CallerPartition Who, long Part)
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(FetchLimiter places, CallerPartition who) : IDisposable
    {
        public void Dispose() => places.GiveBack(who);
    }
}
