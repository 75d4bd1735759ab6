using System.Collections.Immutable;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// Compares stored questions with the notices of webhooks: an open question that has no notice with an unused nonce, the text of now and the number
/// of grants of now gets one, and a question that is over loses its notice. What is sent follows from the state of now, so that a change that is
/// noted twice, or late, does no harm.
/// </summary>
internal sealed class WebhookQuestions : IAsyncDisposable
{
    // More changes at one time than this are a look at all questions.
    private const int MostNoted = 10_000;

    private readonly WebhookParts parts;
    private readonly Action<WebhookDelivery> enqueue;
    private readonly Action<string, string, CallerPartition> refuse;
    private readonly SingleRun<Work> runs;

    /// <summary>Begins without a notice.</summary>
    /// <param name="parts">The shared parts.</param>
    /// <param name="enqueue">Takes a notification.</param>
    /// <param name="refuse">Takes the webhook, question and caller of a notification for which the webhook has no room.</param>
    public WebhookQuestions(WebhookParts parts, Action<WebhookDelivery> enqueue, Action<string, string, CallerPartition> refuse)
    {
        (this.parts, this.enqueue, this.refuse) = (parts, enqueue, refuse);
        runs = new SingleRun<Work>("notifications of questions", Work.Join, RunAsync, parts.Log);
    }

    private IReadOnlyList<ApprovalWebhookSettings> Webhooks => parts.Snapshots.Current.Settings.Approvals.Webhooks;

    /// <summary>Notes that a question has changed. It waits for nothing.</summary>
    public void LookAt(string question)
    {
        if (Webhooks.Count > 0) runs.Begin(new Work(Work.None.Add(question), false));
    }

    /// <summary>Notes that every question may have changed.</summary>
    public void LookAtAll() => runs.Begin(new Work(Work.None, true));

    /// <summary>Repeats work that failed.</summary>
    public void Repeat() => runs.BeginFailed();

    /// <inheritdoc cref="SingleRun{TWork}.SettledAsync"/>
    public Task SettledAsync() => runs.SettledAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => runs.DisposeAsync();

    /// <summary>Returns the body of a notification as it is now.</summary>
    /// <param name="webhook">The webhook as it is configured now.</param>
    /// <param name="delivery">The notification.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where there is nothing to send any more.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<WebhookBody?> BodyAsync(ApprovalWebhookSettings webhook, WebhookDelivery delivery, CancellationToken cancellation) =>
        delivery switch
        {
            AskedDelivery asked => await AskedBodyAsync(webhook, asked, cancellation).ConfigureAwait(false),
            // Threat: the id and the state of a question go to an address that never had the question.
            EndedDelivery ended when ended.Notice.Identity == webhook.Identity =>
                await EndedBodyAsync(webhook, ended, cancellation).ConfigureAwait(false),
            AlarmDelivery alarm when parts.Alarms is { } alarms => await alarms.BodyAsync(webhook, alarm, cancellation).ConfigureAwait(false),
            _ => null,
        };

    // Threat: a receiver continues to learn how calls end after its people were revoked, which replaces no configuration. Each attempt looks again.
    private async Task<WebhookBody?> EndedBodyAsync(ApprovalWebhookSettings webhook, EndedDelivery delivery, CancellationToken cancellation)
    {
        var found = await parts.Book.Reader.ShowAsync(delivery.Question, cancellation).ConfigureAwait(false);
        var isForItsPeople = found is (_, { } facts) ? Includes(webhook, facts)
            : WebhookAudience.HasPerson(webhook, parts.Snapshots.Current, parts.Book.Revocations); // the caller was erased
        return isForItsPeople ? new WebhookBody(WebhookMessage.OfEnded(delivery.Question, delivery.State, parts.Time.GetUtcNow()), null) : null;
    }

    private async Task<WebhookBody?> AskedBodyAsync(ApprovalWebhookSettings webhook, AskedDelivery delivery, CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        // Threat: a notification that was queued under an earlier configuration goes to the new address, or its arguments to one that gets none.
        if (parts.Notices.Unused(webhook.Name, delivery.Question) is not { } notice || notice.Nonce != delivery.Notice.Nonce
            || notice.Identity != webhook.Identity) return null;
        if (await OpenAsync(delivery.Question, cancellation).ConfigureAwait(false) is not var (row, facts)) return null;
        // Threat: between two attempts every person of the webhook loses the right, and the arguments still go out.
        if (!Includes(webhook, facts))
        {
            parts.Notices.Withdraw(notice);
            return null;
        }

        var lines = Lines(facts, notice.IsWhole);
        var shown = ApprovalText.DigestOf(lines);
        // Each text that goes out has its entry.
        var isRecorded = notice.Shown is { } before && before.Span.SequenceEqual(shown);
        if (!isRecorded && !await parts.Journal.SentAsync(notice, facts, shown).ConfigureAwait(false))
            return new WebhookBody(default, row.Expires, SendFault.Log);
        if (!parts.Notices.TrySend(notice, shown, now)) return null;
        var granted = await parts.Book.Reader.GrantedAsync(row, cancellation).ConfigureAwait(false);
        return new WebhookBody(WebhookMessage.OfAsked(row, facts, granted, notice, lines, now), row.Expires);
    }

    private async Task RunAsync(Work work, CancellationToken cancellation)
    {
        var faults = new FirstFault();
        parts.Notices.Keep(Webhooks.Select(static one => one.Name).ToHashSet(StringComparer.Ordinal));
        var ids = new HashSet<string>(work.Questions, StringComparer.Ordinal);
        if (work.All && Webhooks.Count > 0)
        {
            ids.UnionWith(parts.Notices.Questions());
            await faults.RunAsync(() => parts.Book.Reader.EachAsync(ApprovalState.Open, ApprovalKind.Call, (row, _) =>
            {
                ids.Add(row.Id);
                return Task.CompletedTask;
            }, cancellation)).ConfigureAwait(false);
        }

        await faults.ForEachAsync(ids, id => LookAsync(id, work.All, cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    private async Task LookAsync(string id, bool again, CancellationToken cancellation)
    {
        if (await OpenAsync(id, cancellation).ConfigureAwait(false) is var (open, facts))
        {
            // Where one person is enough, no grant leaves the question open.
            var granted = open.Needed > 1 ? await parts.Book.Reader.GrantedAsync(open, cancellation).ConfigureAwait(false) : 0;
            foreach (var webhook in Webhooks) Announce(webhook, id, facts, granted, again);
            return;
        }

        var found = await parts.Book.Reader.ShowAsync(id, cancellation).ConfigureAwait(false);
        var caller = found is (_, { } known) ? CallerPartition.Of(known.Issuer, known.Subject) : CallerPartition.Unknown;
        var state = found is (var row, _) ? StateOf(row) : "closed";
        foreach (var webhook in Webhooks)
        {
            // A webhook that was not notified of the question is not notified of its end.
            if (parts.Notices.Remove(webhook.Name, id) is { SentAt: not null } notice)
                enqueue(new EndedDelivery(NewId(), notice, caller, state));
        }
    }

    // A look at all questions, as after a reload, repeats what was given up.
    private void Announce(ApprovalWebhookSettings webhook, string id, ApprovalFacts facts, int granted, bool again)
    {
        if (!Includes(webhook, facts))
        {
            parts.Notices.Remove(webhook.Name, id);
            return;
        }

        if (parts.Notices.Unused(webhook.Name, id) is { } notice && !(again && notice.IsGivenUp) && IsOfNow(notice, webhook, facts, granted)) return;
        var caller = CallerPartition.Of(facts.Issuer, facts.Subject);
        if (parts.Notices.Add(webhook, id, granted) is { } made) enqueue(new AskedDelivery(NewId(), made, caller));
        else refuse(webhook.Name, id, caller);
    }

    // A grant by any way makes a new notice: the receiver would show a number of people that is no longer true. So does another text, for an answer
    // counts only with the text of now.
    private bool IsOfNow(WebhookNotice notice, ApprovalWebhookSettings webhook, ApprovalFacts facts, int granted) =>
        notice.Identity == webhook.Identity && notice.Granted == granted
        && (notice.Shown is not { } shown || shown.Span.SequenceEqual(ApprovalText.DigestOf(Lines(facts, notice.IsWhole))));

    private bool Includes(ApprovalWebhookSettings webhook, ApprovalFacts facts) =>
        WebhookAudience.Includes(webhook, parts.Snapshots.Current, parts.Book.Revocations, facts, parts.Time.GetUtcNow());

    private IReadOnlyList<string> Lines(ApprovalFacts facts, bool isWhole) =>
        WebhookTexts.Lines(parts.Texts, facts, parts.Snapshots.Current.Settings.Approvals, isWhole);

    private async Task<(ApprovalRow Row, ApprovalFacts Facts)?> OpenAsync(string id, CancellationToken cancellation) =>
        await parts.Book.Reader.ShowAsync(id, cancellation).ConfigureAwait(false)
            is ({ Kind: ApprovalKind.Call, State: ApprovalState.Open } row, { } facts)
            && row.Expires > parts.Time.GetUtcNow() ? (row, facts) : null;

    private string NewId() => "msg_" + Ids.New(parts.Time);

    private static string StateOf(ApprovalRow row) => row.State switch
    {
        ApprovalState.Granted or ApprovalState.Spent => "granted",
        ApprovalState.Denied => "denied",
        ApprovalState.Open or ApprovalState.Expired => "expired",
        _ => "closed",
    };

    // The work of one run. Changes come one by one in the paths of calls while a run is in progress: each shares the set of those before it.
    private sealed record Work(ImmutableHashSet<string> Questions, bool All)
    {
        public static ImmutableHashSet<string> None { get; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

        public static Work Join(Work earlier, Work later)
        {
            var questions = earlier.Questions.Union(later.Questions);
            return questions.Count > MostNoted ? new Work(None, true) : new Work(questions, earlier.All || later.All);
        }
    }
}
