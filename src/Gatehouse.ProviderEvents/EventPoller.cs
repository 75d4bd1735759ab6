using Gatehouse.Diagnostics;
using Gatehouse.Outbound;
using Microsoft.Extensions.Logging;

namespace Gatehouse.ProviderEvents;

/// <summary>The loop that polls the stream of one issuer. One event after the other has its effect, and only then is acknowledged.</summary>
internal sealed class EventPoller : IAsyncDisposable
{
    /// <summary>The shortest time from poll to poll without a new event: 1 s.</summary>
    public static readonly TimeSpan ShortestRound = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly EventSource source;
    private readonly EventReceiver receiver;
    private readonly PollClient client;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource ending = new();
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventFault> refused = new(StringComparer.Ordinal);
    private readonly Task run;
    private bool isReported;

    /// <summary>Starts the loop.</summary>
    public EventPoller(
        EventSource source, EventReceiver receiver, OutboundHandlers handlers, SecretResolver secrets, TimeProvider time, ILogger log)
    {
        (this.source, this.receiver, this.time, this.log) = (source, receiver, time, log);
        client = new PollClient(source.Issuer, handlers, secrets, time);
        run = Task.Run(RunAsync);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await run.ConfigureAwait(false);
        client.Dispose();
        ending.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        while (!ending.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var wait = TimeSpan.Zero;
            try
            {
                var hasNew = await RoundAsync().ConfigureAwait(false);
                ReportSuccess();
                pause = FirstPause;
                // Threat: a transmitter that answers in no time, or repeats what it was sent an answer to, keeps the gateway busy (CWE-400).
                if (!hasNew) wait = ShortestRound - time.GetElapsedTime(began);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Threat: an answer that the gateway did not expect ends the loop, and people whose accounts end keep their sessions (CWE-248).
                ReportFault(fault);
                (wait, pause) = (pause, pause * 2 < LongestPause ? pause * 2 : LongestPause);
            }

            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Returns whether the answer had an event that was not seen before.
    private async Task<bool> RoundAsync()
    {
        var answer = await client.PollAsync(taken, refused, waits: true, ending.Token).ConfigureAwait(false);
        if (answer is null) return false;
        taken.Clear();
        refused.Clear();
        EventFault? temporary = null;
        var hasNew = false;
        foreach (var (id, text) in answer.Events)
        {
            var delivery = new EventDelivery("poll", EventForm.SecurityEvent, default, id);
            var (fault, isNew) = await receiver.ReceiveAsync(source, text, delivery, ending.Token).ConfigureAwait(false);
            if (fault is null) taken.Add(id);
            else if (!fault.IsTemporary) refused[id] = fault;
            temporary ??= fault is { IsTemporary: true } ? fault : null;
            hasNew |= fault is null && isNew;
        }

        return temporary is null ? hasNew : throw new PollFaultException(temporary.Cause);
    }

    private void ReportFault(Exception fault)
    {
        if (isReported) return;
        isReported = true;
        log.Write(OperatorEvents.ProviderEventsUnavailable, LogValue.Configured(source.Issuer.Issuer),
            fault is PollFaultException known ? LogValue.Configured(known.Cause) : LogValue.CauseAndPlace(fault));
    }

    private void ReportSuccess()
    {
        if (!isReported) return;
        isReported = false;
        log.Write(OperatorEvents.ProviderEventsAvailable, LogValue.Configured(source.Issuer.Issuer));
    }
}
