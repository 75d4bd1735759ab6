using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Text;
using Gatehouse.Upstreams;

namespace Gatehouse.Local;

/// <summary>
/// The server behind one wrapper: the process that the wrapper started once this host had allowed it. It has one client, and takes its era from that
/// client's first message.
/// </summary>
internal sealed class WrappedUpstream(ServerSettings server, string childId, ByteBudget budget, long firstKey, TimeProvider time) : IUpstream
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<StdioChild> child = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isLegacy;

    /// <summary>Receives each notification.</summary>
    public required Action<ValidatedMessage> OnNotification { get; init; }

    /// <summary>The parts of the channel to the local process.</summary>
    public StdioParts Parts { get; init; } = StdioParts.Default;

    /// <summary>Lines of the process that were no message, or that answered no open request (G13).</summary>
#pragma warning disable RS0030 // It has completed.
    public long Dropped => child.Task.IsCompletedSuccessfully ? child.Task.Result.Dropped : 0;
#pragma warning restore RS0030

    /// <summary>Returns the id of the exchange whose request has that id on the channel of the process; null where it is over.</summary>
#pragma warning disable RS0030 // It has completed.
    public string? ExchangeOf(long key) => child.Task.IsCompletedSuccessfully ? child.Task.Result.ExchangeOf(key) : null;
#pragma warning restore RS0030

    /// <summary>Completes when the process, or the wrapper's connection to it, is gone.</summary>
    public async Task EndedAsync() => await (await child.Task.ConfigureAwait(false)).Ended.ConfigureAwait(false);

    /// <summary>Attaches the running process. From now on its messages are read.</summary>
    /// <param name="channel">Its channel.</param>
    /// <param name="inSession">True when its session of the legacy era continues from an earlier host.</param>
    /// <returns>
    /// False when it has ended already. The channel is disposed of then, which ends the process unless it continues with the next host.
    /// </returns>
    public async ValueTask<bool> TryAttachAsync(IStdioChannel channel, bool inSession)
    {
        isLegacy |= inSession;
        // G17: before the old handshake, and without one, the process may not ask anything.
        var made = new StdioChild(childId, channel, server, new StdioRouting(() => !isLegacy, shared: false), budget, replay: null, Parts, time)
        {
            OnNotification = OnNotification,
            EndsCancelled = true,
            FirstKey = firstKey,
        };
        if (child.TrySetResult(made)) return true;
        await made.DisposeAsync().ConfigureAwait(false);
        return false;
    }

    /// <summary>Reports that the process could not be started.</summary>
    public void Fail(string why) =>
        child.TrySetException(new RefusalException(new Refusal(Reasons.UpstreamUnreachable) { Words = VisibleText.Escape(why) }));

    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var process = await ChildAsync(cancellation).ConfigureAwait(false);
        var isHandshake = request.Message?.Method == "initialize";
        isLegacy |= isHandshake;
        // What follows a handshake needs the session that it begins, so it waits for its answer and not only for its turn.
        request.SendingBy(this);
        return await process.SendAsync(request, isHandshake ? process.Id : null, cancellation, isHandshake
            ? null : request.Written).ConfigureAwait(false);
    }

    /// <summary>Ends the process without a grace, if it runs.</summary>
    public async ValueTask KillAsync()
    {
        child.TrySetException(new RefusalException(Reasons.UpstreamEnded, "process"));
        _ = child.Task.Exception; // seen
#pragma warning disable RS0030 // It has completed.
        if (child.Task.IsCompletedSuccessfully) await child.Task.Result.KillAsync().ConfigureAwait(false);
#pragma warning restore RS0030
    }

    /// <summary>Ends because this host ends: requests fail with GH9005. The channel decides that the process continues.</summary>
    public async ValueTask LeaveAsync()
    {
        child.TrySetException(new RefusalException(Reasons.HostGone));
#pragma warning disable RS0030 // It has completed.
        if (child.Task.IsCompletedSuccessfully) await child.Task.Result.LeaveAsync().ConfigureAwait(false);
#pragma warning restore RS0030
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        child.TrySetException(new RefusalException(Reasons.UpstreamEnded, "process"));
#pragma warning disable RS0030 // It has completed.
        if (child.Task.IsCompletedSuccessfully) await child.Task.Result.DisposeAsync().ConfigureAwait(false);
#pragma warning restore RS0030
        _ = child.Task.Exception; // seen
    }

    private async ValueTask<StdioChild> ChildAsync(CancellationToken cancellation)
    {
        try
        {
            return await child.Task.WaitAsync(StartPatience, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new RefusalException(Reasons.UpstreamTimeout, "the wrapper did not start its server", e);
        }
    }
}
