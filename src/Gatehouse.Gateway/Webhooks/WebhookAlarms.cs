using System.Collections.Concurrent;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// Alarms about a person who uses a tool or prompt for the first time, and about a right for a time that a person gets for the first time (AZ-03).
/// First means: the log has no earlier entry about it. What the log does not have any more, because of retention, an erasure or archiving, counts
/// as not used.
/// </summary>
/// <remarks>
/// Threat: a stolen token is used for what its owner never used. No path of a call waits for an alarm: the call is only noted, in memory with a
/// bound, and the log is searched when the notification is sent.
/// </remarks>
/// <param name="parts">The shared parts.</param>
/// <param name="enqueue">Takes a notification.</param>
internal sealed class WebhookAlarms(WebhookParts parts, Action<WebhookDelivery> enqueue)
{
    /// <summary>The most uses that are remembered. Beyond it all are forgotten, and the log is searched again for each.</summary>
    public const int Most = 50_000;

    private readonly ConcurrentDictionary<PermitUse, NotedUse> seen = new();
    private readonly ConcurrentDictionary<(string Webhook, string Right), bool> announced = new();

    /// <summary>Notes that a call is permitted and is about to be forwarded, or that a reading was answered. It waits for nothing.</summary>
    public void OnUse(ExchangeRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (parts.Snapshots.Current.Settings.Approvals.Webhooks is not { Count: > 0 } webhooks
            || record is not { Subject: { } caller, Server: { } server, Method: { } method, Name: { } name }) return;
        if (!webhooks.Any(webhook => webhook.SendsAlarms && webhook.IsAbout(server))) return;
        var use = new PermitUse(caller.Issuer, caller.Subject, server, method, name, default);
        if (seen.Count >= Most) seen.Clear();
        if (!seen.GetOrAdd(use, static _ => new NotedUse()).Begins(record.Id)) return;
        Send(record.Id, CallerPartition.Of(caller.Issuer, caller.Subject), use with { At = record.At }, webhooks, server);
    }

    /// <summary>Notes that a question has changed. It waits for nothing.</summary>
    public void OnChanged(ApprovalRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Kind == ApprovalKind.Access) // as it was before an answer; its state of now is looked up
            Send(row.Id, CallerPartition.Unknown, null, parts.Snapshots.Current.Settings.Approvals.Webhooks, null);
    }

    /// <summary>Returns the body of a notification; null where it is no first use or grant, or the log has nothing about it any more.</summary>
    /// <param name="webhook">The webhook as it is configured now.</param>
    /// <param name="delivery">The notification.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<WebhookBody?> BodyAsync(ApprovalWebhookSettings webhook, AlarmDelivery delivery, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(delivery);
        if (!webhook.SendsAlarms) return null; // a reload has turned them off
        return delivery.Use is { } use
            ? await OfUseAsync(delivery, use, cancellation).ConfigureAwait(false)
            : await OfGrantAsync(webhook, delivery, cancellation).ConfigureAwait(false);
    }

    private void Send(string cause, CallerPartition caller, PermitUse? use, IReadOnlyList<ApprovalWebhookSettings> webhooks, string? server)
    {
        foreach (var webhook in webhooks.Where(webhook => webhook.SendsAlarms && (server is null || webhook.IsAbout(server))))
            enqueue(new AlarmDelivery("msg_" + Ids.New(parts.Time), webhook.Name, cause, caller, use));
    }

    private async Task<WebhookBody?> OfUseAsync(AlarmDelivery delivery, PermitUse use, CancellationToken cancellation)
    {
        EntryFacts? first = null;
        foreach (var verdict in (string[])["begun", "permit"])
        {
            var filter = new EntryFilter(1)
            {
                Person = AuditText.Bounded(use.Subject),
                Issuer = use.Issuer,
                Server = use.Server,
                Method = use.Method,
                Tool = AuditText.Bounded(use.Name), // as the entry has it
                Verdict = verdict,
                OldestFirst = true,
            };
            var page = await parts.Index.FindAsync(filter, null, cancellation).ConfigureAwait(false);
            if (page.Entries is [var entry, ..] && new EntryFacts(entry) is var found && (first is null || found.At < first.At)) first = found;
        }

        // The entry is a moment behind the call. Where it stays away (the person was erased, or the entry was shortened), the alarm is undelivered.
        if (first is null) return new WebhookBody(default, null, SendFault.Log);
        var isFirst = seen.TryGetValue(use with { At = default }, out var noted) ? noted.Judge(first.Id, delivery.Cause) : first.Id == delivery.Cause;
        if (!isFirst) return null;
        return await RecordedAsync(delivery, WebhookMessage.FirstUse, use.Issuer, use.Subject).ConfigureAwait(false)
            ? new WebhookBody(WebhookMessage.OfFirstUse(delivery.Cause, use, parts.Time.GetUtcNow()), null)
            : new WebhookBody(default, null, SendFault.Log);
    }

    private async Task<WebhookBody?> OfGrantAsync(ApprovalWebhookSettings webhook, AlarmDelivery delivery, CancellationToken cancellation)
    {
        if (await parts.Book.Reader.ShowAsync(delivery.Cause, cancellation).ConfigureAwait(false)
            is not ({ Kind: ApprovalKind.Access, State: not ApprovalState.Open } row, { Access.Rule: { } rule } facts)) return null;
        if (facts.Server.Length > 0 && !webhook.IsAbout(facts.Server)) return null;
        var filter = new EntryFilter(EntryFilter.LargestPage) { Person = facts.Subject, Issuer = facts.Issuer, Act = "access.granted", OldestFirst = true };
        var page = await parts.Index.FindAsync(filter, null, cancellation).ConfigureAwait(false);
        // The entries of what the person granted to others name the person too.
        var first = page.Entries.Select(static entry => new EntryFacts(entry)).FirstOrDefault(entry => entry.Given("rule") == rule
            && entry.Given("until") is not null && (entry.Given("caller") ?? facts.Caller) == facts.Caller);
        if (first is null ? row.State != ApprovalState.Granted : first.Given("approval") != delivery.Cause) return null;
        // A request for a right changes several times, and each change may find it granted.
        if (announced.Count >= Most) announced.Clear();
        if (!delivery.IsRecorded && !announced.TryAdd((delivery.Webhook, delivery.Cause), true)) return null;
        if (await RecordedAsync(delivery, WebhookMessage.FirstGrant, facts.Issuer, facts.Subject).ConfigureAwait(false))
            return new WebhookBody(WebhookMessage.OfFirstGrant(delivery.Cause, rule, facts, parts.Time.GetUtcNow()), null);
        announced.TryRemove((delivery.Webhook, delivery.Cause), out _); // for the next attempt
        return new WebhookBody(default, null, SendFault.Log);
    }

    // Like each text about a person that leaves the process, it has its entry before.
    private async Task<bool> RecordedAsync(AlarmDelivery delivery, string kind, string issuer, string subject) =>
        delivery.IsRecorded = delivery.IsRecorded || await parts.Journal.AlarmedAsync(delivery.Webhook, kind, delivery.Cause, issuer, subject)
            .ConfigureAwait(false);

    /// <summary>
    /// The calls of a use until the log was searched. Threat: several first calls at the same time; the oldest in the log was not noted first, and
    /// none of them is an alarm.
    /// </summary>
    private sealed class NotedUse
    {
        private const int MostTogether = 256;

        private List<string>? together = [];
        private string? oldest;
        private bool isFirst;

        /// <summary>Notes a call. Returns whether the log has to be searched for it.</summary>
        public bool Begins(string id)
        {
            lock (this)
            {
                if (together is null) return !isFirst && id == oldest; // the oldest entry is of this call, which was noted later
                if (together.Count < MostTogether) together.Add(id);
                return together.Count == 1;
            }
        }

        /// <summary>Returns whether the oldest entry is of one of these calls.</summary>
        public bool Judge(string oldestEntry, string cause)
        {
            lock (this)
            {
                isFirst |= oldestEntry == cause || together?.Contains(oldestEntry) == true;
                (together, oldest) = (null, oldestEntry);
                return isFirst;
            }
        }
    }
}
