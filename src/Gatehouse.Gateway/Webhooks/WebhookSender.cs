using System.Globalization;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Partitions;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// Sends notifications of questions to webhooks. It is in no path of a call: a change of a question is only noted, and what a webhook is sent follows
/// from the stored question. A receiver that is slow, absent or hostile delays nothing but its own notifications.
/// </summary>
internal sealed class WebhookSender : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly WebhookParts parts;
    private readonly WebhookQuestions questions;
    private readonly WebhookClient client;
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, WebhookQueue> queues = new(StringComparer.Ordinal);
    private readonly HashSet<Task> underWay = [];
    private readonly ITimer timer;
    private bool isTimed;

    /// <summary>Starts sending. Questions of the process before this one follow with <see cref="Begin"/>.</summary>
    public WebhookSender(WebhookParts parts)
    {
        this.parts = parts;
        client = new WebhookClient(parts.Handlers, parts.Time);
        questions = new WebhookQuestions(parts, Enqueue, (webhook, question, caller) => Report(webhook, question, caller, SendFault.Full));
        timer = GuardedTimer.Start(parts.Time, "sending of notifications", Pump, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, parts.Log);
        parts.Alarms = new WebhookAlarms(parts, Enqueue);
        parts.Book.Changed = OnChanged;
        parts.Snapshots.Replaced += OnReplaced;
    }

    /// <summary>Notifies webhooks of the questions that are open. The nonces of an earlier process are gone.</summary>
    public void Begin() => questions.LookAtAll();

    /// <summary>Looks at a question again after an answer has used a nonce of it.</summary>
    public void Look(string question) => questions.LookAt(question);

    /// <summary>Repeats what the store refused.</summary>
    public void Sweep() => questions.Repeat();

    /// <summary>Notifications of a webhook that wait or are on their way.</summary>
    public long Waiting(string webhook)
    {
        lock (gate) return queues.TryGetValue(webhook, out var queue) ? queue.Count : 0;
    }

    /// <summary>True while the timer runs. For tests.</summary>
    internal bool IsTimed
    {
        get
        {
            lock (gate) return isTimed;
        }
    }

    /// <summary>Waits until every change that was noted is looked at. For tests.</summary>
    internal Task SettledAsync() => questions.SettledAsync();

    /// <summary>Waits as <see cref="SettledAsync"/>, and then until no request is on its way. For tests.</summary>
    internal async Task RestingAsync()
    {
        await SettledAsync().ConfigureAwait(false);
        await SendingEndedAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested) return;
        parts.Snapshots.Replaced -= OnReplaced;
        parts.Book.Changed = null;
        parts.Alarms = null;
        await timer.DisposeAsync().ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await questions.DisposeAsync().ConfigureAwait(false);
        await SendingEndedAsync().ConfigureAwait(false);
        client.Dispose();
        ending.Dispose();
    }

    private Task SendingEndedAsync()
    {
        lock (gate) return Task.WhenAll(underWay);
    }

    private void OnReplaced(GatewaySnapshot snapshot) => questions.LookAtAll();

    // Threat: notifications of a confirmation would tell others about a question that only the client answers.
    private void OnChanged(ApprovalRow row)
    {
        if (row.Kind == ApprovalKind.Call) questions.LookAt(row.Id);
        else parts.Alarms?.OnChanged(row);
    }

    private void Enqueue(WebhookDelivery delivery)
    {
        bool isTaken;
        lock (gate)
        {
            if (!queues.TryGetValue(delivery.Webhook, out var queue)) queues[delivery.Webhook] = queue = new WebhookQueue();
            isTaken = queue.TryAdd(delivery, parts.Share());
            SetTimer();
        }

        if (isTaken) Pump();
        else GiveUp(delivery, SendFault.Full);
    }

    private void Pump()
    {
        var now = parts.Time.GetUtcNow();
        lock (gate)
        {
            underWay.RemoveWhere(static task => task.IsCompleted);
            if (ending.IsCancellationRequested) return;
            foreach (var queue in queues.Values)
            {
                while (queue.TakeDue(now) is { } delivery) underWay.Add(RunAsync(queue, delivery));
            }

            SetTimer();
        }
    }

    // The timer runs while a notification waits or is on its way: without one there is nothing to wake for. Called under the gate.
    private void SetTimer()
    {
        var isNeeded = queues.Values.Any(static queue => queue.Count > 0);
        if (isNeeded == isTimed) return;
        var tick = isNeeded ? Tick : Timeout.InfiniteTimeSpan;
        timer.Change(tick, tick);
        isTimed = isNeeded;
    }

    private async Task RunAsync(WebhookQueue queue, WebhookDelivery delivery)
    {
        await Task.Yield(); // out of the gate
        var later = await AttemptAsync(delivery).ConfigureAwait(false);
        lock (gate)
        {
            if (later is null) queue.End(delivery);
            else queue.PutBack(later);
        }

        Pump();
    }

    // Returns the delivery for a later attempt; null where it is done, or given up.
    private async Task<WebhookDelivery?> AttemptAsync(WebhookDelivery delivery)
    {
        try
        {
            var webhook = parts.Webhook(delivery.Webhook);
            if (webhook is null) return null; // a reload has removed it
            if (await questions.BodyAsync(webhook, delivery, ending.Token).ConfigureAwait(false) is not { } body) return null;
            var fault = body.Fault ?? await PostAsync(webhook, delivery, body.Bytes).ConfigureAwait(false);
            if (fault is not null) return Later(delivery, fault, body.Until);
            parts.Counts.Delivered(webhook.Name);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            GuardedTimer.Report(parts.Log, "sending of notifications", e);
            return Later(delivery, SendFault.Own, null);
        }

        return null;
    }

    private async Task<string?> PostAsync(ApprovalWebhookSettings webhook, WebhookDelivery delivery, ReadOnlyMemory<byte> body)
    {
        var timestamp = parts.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (WebhookSecret.Sign(parts.Secrets.Take(webhook.Secret, SecretPurpose.Webhook), delivery.Id, timestamp, body.Span) is not { } signature)
            return SendFault.Secret;
        KeyValuePair<string, string>[] headers =
        [
            new("webhook-id", delivery.Id), new("webhook-timestamp", timestamp), new("webhook-signature", signature), new("User-Agent", "gatehouse"),
        ];
        try
        {
            return SendFault.Of(await client.PostAsync(webhook.Url, body, headers, ending.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ending.IsCancellationRequested))
        {
            return SendFault.Of(e);
        }
    }

    private WebhookDelivery? Later(WebhookDelivery delivery, string fault, DateTimeOffset? until)
    {
        var due = WebhookRetries.DueAfter(delivery.Failures + 1, parts.Time.GetUtcNow());
        if (due is { } next && (until is null || next < until)) return delivery with { Failures = delivery.Failures + 1, Due = next };
        GiveUp(delivery, fault);
        return null;
    }

    private void GiveUp(WebhookDelivery delivery, string fault)
    {
        if (delivery is AskedDelivery asked) parts.Notices.GiveUp(asked.Notice);
        if (delivery is AlarmDelivery alarm)
        {
            parts.Counts.Failed(alarm.Webhook);
            parts.Log.Write(OperatorEvents.WebhookNotDelivered, LogValue.Configured(alarm.Webhook), LogValue.Id(alarm.Cause), LogValue.Code(fault));
            _ = parts.Journal.AlarmUndeliveredAsync(alarm.Webhook, alarm.Cause, fault, alarm.Caller);
            return;
        }

        Report(delivery.Webhook, delivery.Question, delivery.Caller, fault);
    }

    private void Report(string webhook, string question, CallerPartition caller, string fault)
    {
        parts.Counts.Failed(webhook);
        parts.Log.Write(OperatorEvents.WebhookNotDelivered, LogValue.Configured(webhook), LogValue.Id(question), LogValue.Code(fault));
        _ = parts.Journal.UndeliveredAsync(webhook, question, fault, caller);
    }
}
