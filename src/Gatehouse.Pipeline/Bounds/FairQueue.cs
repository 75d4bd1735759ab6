using Gatehouse.Identity.Partitions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Bounds;

/// <summary>
/// Places that callers share, such as those of one server. A request without a place waits in a line of its caller. A place that becomes free is
/// given to the lines in turn, whatever their lengths (EX-03). Bounded for each caller, in total and in time.
/// </summary>
/// <remarks>
/// The threat: one caller floods a server, or makes calls that hang, and no other caller finds a place (CWE-770). A flood costs the others one turn
/// of each waiting caller and no more. Beyond its part, a caller takes a place only while less than half of them are taken. So requests of one caller
/// that never end leave half of the places to the others.
/// </remarks>
internal sealed class FairQueue(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly PartitionedBudget taken = new();
    private readonly Dictionary<CallerPartition, Line> lines = [];
    private readonly LinkedList<Line> turns = new();
    private int waiting;

    /// <summary>Number of places that are taken.</summary>
    public int Taken => (int)taken.Used;

    /// <summary>Number of requests that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting;
        }
    }

    /// <summary>Takes a place immediately; null when the caller must wait for one.</summary>
    public IDisposable? TryEnter(CallerPartition caller, in QueueBounds bounds)
    {
        lock (gate)
        {
            // No request is overtaken: free places are given to waiting requests first. After that, only requests wait that may not have the free
            // places.
            if (waiting > 0) GivePlaces(bounds);
            if (lines.ContainsKey(caller) || taken.TryTakePlace(caller, bounds.Places, bounds.Share) != PartitionedVerdict.Taken) return null;
        }

        return new Place(this, caller, bounds);
    }

    /// <summary>Waits for a place.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.TooBusy"/>: too many wait already, or none became free in time.</exception>
    /// <exception cref="OperationCanceledException">The exchange ended while it waited.</exception>
    public async ValueTask<IDisposable> WaitAsync(CallerPartition caller, QueueBounds bounds, CancellationToken cancellation)
    {
        if (TryEnter(caller, bounds) is { } place) return place;
        var waiter = Queue(caller, bounds);
        using var patience = new CancellationTokenSource(bounds.Patience, time);
        using var late = patience.Token.UnsafeRegister(static state => ((Waiter)state!).GiveUp(), waiter);
        using var gone = cancellation.UnsafeRegister(static state => ((Waiter)state!).GiveUp(), waiter);
        if (await waiter.Granted.Task.ConfigureAwait(false)) return new Place(this, caller, bounds);
        cancellation.ThrowIfCancellationRequested();
        throw new RefusalException(Reasons.TooBusy, "no place in time: limits.concurrency, limits.callerShare, limits.queueWait");
    }

    private Waiter Queue(CallerPartition caller, in QueueBounds bounds)
    {
        lock (gate)
        {
            var known = lines.TryGetValue(caller, out var line);
            if (waiting >= bounds.Total || (line?.Waiters.Count ?? 0) >= bounds.PerCaller || bounds.Patience <= TimeSpan.Zero)
                throw new RefusalException(Reasons.TooBusy, "too many wait: limits.queue, limits.queuePerCaller");
            if (!known)
            {
                lines.Add(caller, line = new Line(caller));
                turns.AddLast(line.Turn);
            }

            var waiter = new Waiter(this, line!);
            line!.Waiters.AddLast(waiter.Node);
            waiting++;
            return waiter;
        }
    }

    private void Leave(CallerPartition caller, in QueueBounds bounds)
    {
        lock (gate)
        {
            taken.Return(caller, 1);
            GivePlaces(bounds);
        }
    }

    private void GivePlaces(in QueueBounds bounds)
    {
        while (NextTurn(bounds) is { } line)
        {
            turns.Remove(line.Turn);
            turns.AddLast(line.Turn);
            var next = line.Waiters.First!.Value;
            TakeOut(next);
            next.Granted.TrySetResult(true);
        }
    }

    // Finds the first line in turn whose caller may have a place, and takes one for it. Only callers at their part are skipped. There are few of
    // them, because each holds a part of the places.
    private Line? NextTurn(in QueueBounds bounds)
    {
        foreach (var line in turns)
        {
            var verdict = taken.TryTakePlace(line.Caller, bounds.Places, bounds.Share);
            if (verdict == PartitionedVerdict.Taken) return line;
            if (verdict == PartitionedVerdict.AllSpent) return null;
        }

        return null;
    }

    private void TakeOut(Waiter waiter)
    {
        var line = waiter.Line;
        line.Waiters.Remove(waiter.Node);
        waiting--;
        if (line.Waiters.Count > 0) return;
        turns.Remove(line.Turn);
        lines.Remove(line.Caller);
    }

    private sealed class Line
    {
        public Line(CallerPartition caller)
        {
            Caller = caller;
            Turn = new LinkedListNode<Line>(this);
        }

        public CallerPartition Caller { get; }

        public LinkedListNode<Line> Turn { get; }

        public LinkedList<Waiter> Waiters { get; } = new();
    }

    private sealed class Waiter
    {
        private readonly FairQueue queue;

        public Waiter(FairQueue queue, Line line)
        {
            this.queue = queue;
            Line = line;
            Node = new LinkedListNode<Waiter>(this);
        }

        public Line Line { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource<bool> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Under the lock, so that a place is never given to a request that has left.
        public void GiveUp()
        {
            lock (queue.gate)
            {
                if (Node.List is null) return;
                queue.TakeOut(this);
                Granted.TrySetResult(false);
            }
        }
    }

    private sealed class Place(FairQueue queue, CallerPartition caller, QueueBounds bounds) : IDisposable
    {
        private FairQueue? owner = queue;

        public void Dispose() => Interlocked.Exchange(ref owner, null)?.Leave(caller, bounds);
    }
}
