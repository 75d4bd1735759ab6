using Gatehouse.Audit;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>
/// Sends the checkpoints of the log to witnesses and outside places. It reads the files of the log as any reader does, and is in no path of a call: a
/// witness that is slow, absent or hostile delays nothing but its own cosignature.
/// </summary>
internal sealed class CheckpointSender : IAsyncDisposable
{
    /// <summary>The longest time for which the end of the gateway waits until all places have the last checkpoint.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly SnapshotHolder snapshots;
    private readonly Func<AuditLogStatistics> log;
    private readonly string directory;
    private readonly TimeProvider time;
    private readonly ILogger events;
    private readonly CheckpointClient client;
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly HashSet<Task> underWay = [];
    private readonly ITimer timer;
    private volatile AuditSettings? current;
    private int disposed;
    private IReadOnlyList<(PlaceSender Sender, TimeSpan Every)> senders = [];

    /// <summary>Starts sending.</summary>
    /// <param name="snapshots">The configuration in force.</param>
    /// <param name="log">Returns the state of the log that is written: its folder, and the size of its newest checkpoint.</param>
    /// <param name="directory">The folder of the log.</param>
    /// <param name="handlers">The factory of outgoing HTTP handlers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">Events for the operator.</param>
    public CheckpointSender(
        SnapshotHolder snapshots, Func<AuditLogStatistics> log, string directory, OutboundHandlers handlers, TimeProvider time, ILogger events)
    {
        (this.snapshots, this.log, this.directory, this.time, this.events) = (snapshots, log, directory, time, events);
        client = new CheckpointClient(handlers, time);
        timer = GuardedTimer.Start(time, "sending of checkpoints", Step, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, events);
        snapshots.Replaced += OnReplaced;
        timer.Change(TimeSpan.Zero, Tick); // after the assignment, since Step stops it
    }

    /// <summary>The state of each place.</summary>
    public IReadOnlyList<PlaceState> States
    {
        get
        {
            lock (gate) return [.. senders.Select(one => one.Sender.State)];
        }
    }

    /// <summary>The state of each place, as facts of <c>status</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Facts() => States.Select(state => KeyValuePair.Create(state.Name, state.Sentence()));

    /// <summary>Ends what is being sent. Nothing more is sent, except by <see cref="SendLastAsync()"/>.</summary>
    public async Task StopAsync()
    {
        if (ending.IsCancellationRequested) return;
        snapshots.Replaced -= OnReplaced;
        await timer.DisposeAsync().ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        Task[] left;
        lock (gate) left = [.. underWay];
        await Task.WhenAll(left).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends the last checkpoint of the log to each place that lacks it, whatever the interval. The log is closed, and the sender stopped. It ends
    /// after <see cref="LongestEnd"/>; the next start sends the rest.
    /// </summary>
    /// <remarks>
    /// Threat: after an ordinary stop, whoever holds the log's key cuts the entries behind the checkpoint that was kept elsewhere, the entry of the
    /// stop among them (CWE-778). Until the next start no place would know of them.
    /// </remarks>
    public async Task SendLastAsync()
    {
        PlaceSender[] places;
        lock (gate)
        {
            UseCurrent();
            places = [.. senders.Select(static one => one.Sender)];
        }

        if (places.Length == 0) return;
        using var limit = new CancellationTokenSource(LongestEnd, time);
        await Task.WhenAll(places.Select(place => SendLastAsync(place, limit.Token))).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await StopAsync().ConfigureAwait(false);
        client.Dispose();
        ending.Dispose();
    }

    /// <summary>Starts the timer where another configuration is in force than the one that is used: its announcement may have failed.</summary>
    public void Look()
    {
        if (!ReferenceEquals(snapshots.Current.Settings.Audit, current)) timer.Change(TimeSpan.Zero, Tick);
    }

    private async Task SendLastAsync(PlaceSender place, CancellationToken cancellation)
    {
        try
        {
            await place.SendLastAsync(log().PublishedSize, cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            GuardedTimer.Report(events, "sending of the last checkpoint", e);
        }
    }

    // The new configuration may name a place. The timer starts, and Step stops it where there is none. A disk that hangs may hold the gate.
    private void OnReplaced(GatewaySnapshot snapshot) => timer.Change(TimeSpan.Zero, Tick);

    private void Step()
    {
        lock (gate)
        {
            var settings = UseCurrent();
            if (ending.IsCancellationRequested) return;
            if (senders.Count == 0)
            {
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Look(); // a configuration that was announced meanwhile
                return;
            }

            var size = log().PublishedSize;
            foreach (var (sender, every) in senders)
            {
                var task = RunAsync(sender, size, every, settings.OutsideBehind);
                if (!task.IsCompleted) underWay.Add(task);
            }

            underWay.RemoveWhere(task => task.IsCompleted);
        }
    }

    private async Task RunAsync(PlaceSender sender, long size, TimeSpan every, TimeSpan patience)
    {
        await Task.Yield(); // out of the gate
        try
        {
            await sender.StepAsync(size, every, patience, ending.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            GuardedTimer.Report(events, "sending of checkpoints", e);
        }
    }

    private AuditSettings UseCurrent()
    {
        var settings = snapshots.Current.Settings.Audit;
        if (!ReferenceEquals(settings, current)) Use(settings);
        return settings;
    }

    // A place that a reload leaves as it is keeps its state.
    private void Use(AuditSettings settings)
    {
        var before = senders.ToDictionary(one => one.Sender.Identity, one => one.Sender, StringComparer.Ordinal);
        List<(PlaceSender, TimeSpan)> next = [];
        foreach (var witness in settings.Witnesses) next.Add((Keep(new WitnessPlace(witness, client, directory)), settings.WitnessEvery));
        foreach (var place in settings.Checkpoints)
            next.Add((Keep(place.Folder is null ? new AddressPlace(place, client) : new FolderPlace(place)), place.Every));
        (senders, current) = (next, settings);

        PlaceSender Keep(OutsidePlace place) =>
            before.GetValueOrDefault(place.Identity) ?? new PlaceSender(place, directory, time, events, () => log().Folder);
    }
}
