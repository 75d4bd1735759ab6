using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Limits;

/// <summary>
/// The places of one server. Who finds none waits in the line of her own, and a place that becomes free goes to the lines in
/// turn, whatever their lengths: another's flood costs a caller one turn of each waiting caller and no more (EX-03). Bounded
/// for each caller, in total and in time.
/// </summary>
internal sealed class FairQueue(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Issuer, string Subject), Line> lines = [];
    private readonly LinkedList<Line> turns = new();
    private int taken;
    private int waiting;

    /// <summary>Places that are taken.</summary>
    public int Taken
    {
        get
        {
            lock (gate) return taken;
        }
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting;
        }
    }

    /// <summary>Takes a place at once; null when the caller must wait for one.</summary>
    public IDisposable? TryEnter(in QueueBounds bounds)
    {
        lock (gate)
        {
            if (waiting > 0 || taken >= bounds.Places) return null;
            taken++;
        }

        return new Place(this, bounds.Places);
    }

    /// <summary>Waits for a place.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.TooBusy"/>: too many wait already, or none became free in time.</exception>
    /// <exception cref="OperationCanceledException">The exchange ended while it waited.</exception>
    public async ValueTask<IDisposable> WaitAsync((string Issuer, string Subject) caller, QueueBounds bounds, CancellationToken cancellation)
    {
        if (TryEnter(bounds) is { } place) return place;
        var waiter = Queue(caller, bounds);
        using var patience = new CancellationTokenSource(bounds.Patience, time);
        using var late = patience.Token.UnsafeRegister(static state => ((Waiter)state!).GiveUp(), waiter);
        using var gone = cancellation.UnsafeRegister(static state => ((Waiter)state!).GiveUp(), waiter);
        if (await waiter.Granted.Task.ConfigureAwait(false)) return new Place(this, bounds.Places);
        cancellation.ThrowIfCancellationRequested();
        throw new RefusalException(Reasons.TooBusy, "limits.queueWait of the server");
    }

    private Waiter Queue((string Issuer, string Subject) caller, in QueueBounds bounds)
    {
        lock (gate)
        {
            var known = lines.TryGetValue(caller, out var line);
            if (waiting >= bounds.Total || (line?.Waiters.Count ?? 0) >= bounds.PerCaller || bounds.Patience <= TimeSpan.Zero)
                throw new RefusalException(Reasons.TooBusy, "limits.concurrency and limits.queue of the server");
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

    private void Leave(int places)
    {
        lock (gate)
        {
            taken--;
            while (taken < places && turns.First?.Value is { } line)
            {
                turns.RemoveFirst();
                turns.AddLast(line.Turn);
                var next = line.Waiters.First!.Value;
                TakeOut(next);
                taken++;
                next.Granted.TrySetResult(true);
            }
        }
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
        public Line((string Issuer, string Subject) caller)
        {
            Caller = caller;
            Turn = new LinkedListNode<Line>(this);
        }

        public (string Issuer, string Subject) Caller { get; }

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

        // Under the lock, so that a place is never given to somebody who has left.
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

    private sealed class Place(FairQueue queue, int places) : IDisposable
    {
        private FairQueue? owner = queue;

        public void Dispose() => Interlocked.Exchange(ref owner, null)?.Leave(places);
    }
}
