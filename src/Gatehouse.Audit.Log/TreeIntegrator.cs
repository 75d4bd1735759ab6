using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The thread behind the commits. It has entries appended to the tree as soon as they fill a tile, a checkpoint published at most once in an
/// interval, and the next segment of the journal prepared.
/// </summary>
internal sealed class TreeIntegrator : IDisposable
{
    private readonly OpenLog log;
    private readonly TimeProvider time;
    private readonly TreeAppender appender;
    private readonly SpareSegment spare;
    private readonly object gate = new(); // a monitor, because the thread waits on it
    private readonly TimeSpan every;
    private readonly Thread thread;
    private readonly List<TaskCompletionSource> waiting = [];
    private bool isDue;
    private long? dueAt; // of the next checkpoint
    private long? uncoveredSince; // the oldest entry that no checkpoint covers is not older
    private bool isStopping;
    private volatile bool isIdle; // nothing is committed that is not published
    private volatile string? fault;

    public TreeIntegrator(
        AuditLogOptions options, ILogFolder folder, ILogKeys keys, LogSpace space, OpenLog log, SpareSegment spare, KeptPayloads payloads)
    {
        (this.log, this.spare, time) = (log, spare, options.Time);
        appender = new TreeAppender(folder, keys, space, log, payloads);
        every = options.CheckpointEvery;
        thread = new Thread(Run) { IsBackground = true, Name = "audit tree" };
        thread.Start();
    }

    /// <summary>The size of the newest checkpoint.</summary>
    public long Published => appender.Published;

    /// <summary>The reason why the tree cannot be written; null while it can.</summary>
    public string? Fault => fault;

    /// <summary>The time for which entries have waited for a checkpoint; zero where every entry is under one.</summary>
    public TimeSpan Uncovered
    {
        get
        {
            lock (gate) return uncoveredSince is { } since && log.Segments.Committed > Published ? time.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    private bool FillsTile => log.Segments.Committed - appender.Appended >= TilePath.FullWidth;

    /// <summary>Says that there are more entries. Called after each commit: most calls cost a comparison.</summary>
    public void Committed()
    {
        if (!isIdle && !FillsTile) return;
        lock (gate)
        {
            uncoveredSince ??= time.GetTimestamp();
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Returns when a checkpoint covers every entry that is on stable storage now, or could not be written.</summary>
    public Task PublishAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (isStopping) return Task.CompletedTask;
            waiting.Add(done);
            isDue = true;
            Monitor.Pulse(gate);
        }

        return done.Task;
    }

    /// <summary>Appends and publishes what is there, and ends the thread.</summary>
    public void Dispose()
    {
        spare.Stop();
        lock (gate)
        {
            isStopping = isDue = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    private void Run()
    {
        BackgroundThread.LowerPriority();
        while (true)
        {
            bool publish, stop;
            TaskCompletionSource[] asked;
            lock (gate)
            {
                while (!isDue && !FillsTile) Wait();
                (publish, stop) = (isDue, isStopping);
                isDue = false;
                if (publish) dueAt = null;
                asked = [.. waiting];
                waiting.Clear();
            }

            Step(publish);
            foreach (var one in asked) one.SetResult();
            if (stop) return;
            spare.Prepare();
            if (fault is not null) WaitAfterFault();
        }
    }

    // While there is nothing to publish, it waits for the next entry without a time. Real time: the wait is no promise.
    private void Wait()
    {
        isIdle = true;
        Interlocked.MemoryBarrier(); // an entry that is committed from here on pulses
        if (log.Segments.Committed == Published) Monitor.Wait(gate);
        isIdle = false;
        if (log.Segments.Committed > Published) uncoveredSince ??= time.GetTimestamp();
        if (isDue || log.Segments.Committed == Published) return;
        dueAt ??= Environment.TickCount64 + (long)every.TotalMilliseconds;
        var left = dueAt.Value - Environment.TickCount64;
        if (left <= 0 || !Monitor.Wait(gate, TimeSpan.FromMilliseconds(left))) isDue = true;
    }

    // A disk that fails here fails no call: entries are on stable storage already. It is tried again at the next checkpoint.
    private void Step(bool publish)
    {
        var began = time.GetTimestamp();
        try
        {
            appender.Append();
            if (publish) Publish(began);
            fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LogDamagedException)
        {
            fault = e.Message;
            if (log.Segments.Committed == Published) return;
            lock (gate) uncoveredSince ??= began;
        }
    }

    // Entries that the checkpoint does not cover were committed after the step began.
    private void Publish(long began)
    {
        var before = Published;
        try
        {
            appender.Publish();
        }
        finally
        {
            if (Published > before)
            {
                lock (gate) uncoveredSince = log.Segments.Committed > Published ? began : null;
            }
        }
    }

    // A full bundle that cannot be written would be tried again immediately.
    private void WaitAfterFault()
    {
        lock (gate)
        {
            if (!isStopping && !isDue) Monitor.Wait(gate, TimeSpan.FromSeconds(1));
        }
    }
}
