using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Puts committed entries into the tree, on a thread of its own behind the commits, and publishes checkpoints. It reads the journal again instead of
/// keeping entries in memory: however far it is behind, it needs no more than one buffer.
/// </summary>
internal sealed class TreeIntegrator : IDisposable
{
    private const int ReadBytes = 1 << 20;

    private readonly ILogFolder folder;
    private readonly ILogKeys keys;
    private readonly LogSpace space;
    private readonly OpenLog log;
    private readonly KeptPayloads payloads;
    private readonly byte[] buffer = new byte[ReadBytes];
    private readonly object gate = new(); // a monitor, because the thread waits on it
    private readonly TimeSpan every;
    private readonly Thread thread;
    private readonly List<TaskCompletionSource> waiting = [];
    private (long Number, long Offset)? place;
    private long? resumeAt; // tiles from here on are to be written again before anything else
    private bool isDue;
    private long? dueAt; // of the next checkpoint
    private bool isStopping;
    private volatile bool isIdle; // nothing is committed that is not published
    private long published;
    private long integrated;
    private volatile string? fault;

    public TreeIntegrator(AuditLogOptions options, ILogFolder folder, ILogKeys keys, LogSpace space, OpenLog log, KeptPayloads payloads)
    {
        (this.folder, this.keys, this.space, this.log, this.payloads) = (folder, keys, space, log, payloads);
        (published, integrated) = (log.Published, log.Tree.Size);
        every = options.CheckpointEvery;
        thread = new Thread(Run) { IsBackground = true, Name = "audit tree" };
        thread.Start();
    }

    /// <summary>The size of the newest checkpoint.</summary>
    public long Published => Interlocked.Read(ref published);

    /// <summary>The entries in the tree.</summary>
    public long Integrated => Interlocked.Read(ref integrated);

    /// <summary>The reason why the tree cannot be written; null while it can.</summary>
    public string? Fault => fault;

    /// <summary>Says that there are more entries. Called after each commit: most calls cost a comparison.</summary>
    public void Committed()
    {
        if (!isIdle && log.Segments.Committed - Integrated < TilePath.FullWidth) return;
        lock (gate) Monitor.Pulse(gate);
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

    /// <summary>Integrates and publishes what is there, and ends the thread.</summary>
    public void Dispose()
    {
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
                while (!isDue && log.Segments.Committed - integrated < TilePath.FullWidth) Wait();
                (publish, stop) = (isDue, isStopping);
                isDue = false;
                if (publish) dueAt = null;
                asked = [.. waiting];
                waiting.Clear();
            }

            Step(publish);
            foreach (var one in asked) one.SetResult();
            if (stop) return;
            if (fault is not null) WaitAfterFault();
        }
    }

    // While there is nothing to publish, it waits for the next entry without a time. Real time: the wait is no promise.
    private void Wait()
    {
        isIdle = true;
        Interlocked.MemoryBarrier(); // an entry that is committed from here on pulses
        if (log.Segments.Committed == published) Monitor.Wait(gate);
        isIdle = false;
        if (isDue || log.Segments.Committed == published) return;
        dueAt ??= Environment.TickCount64 + (long)every.TotalMilliseconds;
        var left = dueAt.Value - Environment.TickCount64;
        if (left <= 0 || !Monitor.Wait(gate, TimeSpan.FromMilliseconds(left))) isDue = true;
    }

    // A disk that fails here fails no call: entries are on stable storage already. It is tried again at the next checkpoint.
    private void Step(bool publish)
    {
        try
        {
            Resume();
            Integrate();
            if (publish && log.Tree.Size > published) Publish();
            if (publish) space.CountIfOld();
            fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LogDamagedException)
        {
            fault = e.Message;
        }
    }

    private void Resume()
    {
        if (resumeAt is not { } size) return;
        log.Tree.Resume(size);
        (place, resumeAt) = (null, null);
    }

    // A full bundle that cannot be written would be tried again immediately.
    private void WaitAfterFault()
    {
        lock (gate)
        {
            if (!isStopping && !isDue) Monitor.Wait(gate, TimeSpan.FromSeconds(1));
        }
    }

    private void Integrate()
    {
        var (segments, committed) = log.Segments.Snapshot();
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            var end = i + 1 < segments.Count ? segments[i + 1].FirstLeaf : committed;
            if (end <= log.Tree.Size) continue;
            Integrate(segment, end);
        }
    }

    private void Integrate(JournalSegment segment, long end)
    {
        if (segment.FirstLeaf > log.Tree.Size) throw new IOException($"segment {segment.Number} of the journal begins after the tree");
        using var file = folder.Open(LogNames.Segment(log.Name, segment.Number))
            ?? throw new IOException($"segment {segment.Number} of the journal is missing");
        var (offset, index) = place is { } last && last.Number == segment.Number
            ? (last.Offset, log.Tree.Size) : (JournalFormat.HeaderBytes, segment.FirstLeaf);
        while (index < end)
        {
            var read = file.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, segment.Length - offset)));
            var at = 0;
            while (index < end && JournalFormat.TryReadCommitted(buffer.AsSpan(at, read - at), out var entry, out var leaf))
            {
                var next = at + JournalFormat.FrameBytes + entry.Length;
                if (index++ >= log.Tree.Size) log.Tree.Append(entry, leaf);
                at = next;
                place = (segment.Number, offset + at);
                log.Tree.Flush();
            }

            Interlocked.Exchange(ref integrated, log.Tree.Size);
            if (at == 0) throw new IOException($"segment {segment.Number} of the journal is damaged at byte {offset}");
            offset += at;
        }
    }

    private void Publish()
    {
        LogCheckpoint.Publish(folder, keys, log.Name, log.Origin, log.Tree, log.Signers);
        Interlocked.Exchange(ref published, log.Tree.Size);
        Release();
    }

    // The journal has the entries of a tile until the tile is on stable storage, and those of a payload until its name is.
    private void Release()
    {
        var released = log.Segments.Released(published);
        if (released.Count == 0) return;
        try
        {
            // The first of these may take the only report of an error that concerns both: on Linux they sync the same volume.
            payloads.Sync();
            log.Tree.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            resumeAt = JournalSegments.CeilingOf(released[0].FirstLeaf);
            throw;
        }

        log.Segments.Remove(released);
        foreach (var segment in released)
        {
            folder.Delete(LogNames.Segment(log.Name, segment.Number));
            space.Add(-segment.Length);
        }
    }
}
