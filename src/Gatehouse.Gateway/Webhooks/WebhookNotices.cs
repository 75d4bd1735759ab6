using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// The questions of which webhooks were notified, in memory, and the nonces that went out with them. Each nonce is for one answer. After a restart
/// each open question is notified again, with a new nonce. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Threat: an answer that was sent once is sent again, or one for another question or webhook. A nonce counts for the webhook and the question with
/// which it went out, under the settings of that time, until an answer with it was taken.
/// </remarks>
internal sealed class WebhookNotices
{
    /// <summary>The most notices of one webhook. Beyond it a new question is not notified there.</summary>
    public const int Most = 10_000;

    private const int NonceBytes = 32;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Webhook, string Question), Entry> entries = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Makes the notice of a question, with a new nonce, in the place of an earlier one. Null where the webhook has too many.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="question">The question.</param>
    /// <param name="granted">Number of people who have granted it.</param>
    public WebhookNotice? Add(ApprovalWebhookSettings webhook, string question, int granted = 0)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var notice = new WebhookNotice(webhook.Name, webhook.Identity, question, nonce, webhook.SendsArguments)
        { Granted = granted };
        lock (gate)
        {
            var key = (webhook.Name, question);
            if (!entries.ContainsKey(key))
            {
                var count = counts.GetValueOrDefault(webhook.Name);
                if (count >= Most) return null;
                counts[webhook.Name] = count + 1;
            }

            entries[key] = new Entry(notice);
            return notice;
        }
    }

    /// <summary>Returns the newest notice of a question to a webhook whose nonce no answer has used; null for none.</summary>
    public WebhookNotice? Unused(string webhook, string question)
    {
        lock (gate) return entries.TryGetValue((webhook, question), out var entry) && !entry.IsUsed ? entry.Notice : null;
    }

    /// <summary>Returns whether a webhook was notified of a question that has not ended yet.</summary>
    public bool Has(string webhook, string question)
    {
        lock (gate) return entries.ContainsKey((webhook, question));
    }

    /// <summary>Returns the questions of all notices.</summary>
    public IReadOnlyList<string> Questions()
    {
        lock (gate) return [.. entries.Keys.Select(static key => key.Question).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Notes what a notice shows, before it is sent. Returns false where it is not the newest of its question any more.</summary>
    public bool TrySend(WebhookNotice notice, ReadOnlyMemory<byte> shown, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(notice);
        lock (gate)
        {
            if (!entries.TryGetValue((notice.Webhook, notice.Question), out var entry) || entry.Notice.Nonce != notice.Nonce || entry.IsUsed)
                return false;
            var isSame = entry.Notice.Shown is { } before && before.Span.SequenceEqual(shown.Span);
            entry.Notice = entry.Notice with { Shown = shown, SentAt = isSame ? entry.Notice.SentAt : at };
            return true;
        }
    }

    /// <summary>Notes that the notification of a notice was given up.</summary>
    public void GiveUp(WebhookNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        lock (gate)
        {
            if (entries.TryGetValue((notice.Webhook, notice.Question), out var entry) && entry.Notice.Nonce == notice.Nonce)
                entry.Notice = entry.Notice with { IsGivenUp = true };
        }
    }

    /// <summary>Takes a nonce for one answer. Of several answers with it, one gets it.</summary>
    /// <param name="webhook">The webhook as it is configured now.</param>
    /// <param name="question">The question that the answer names.</param>
    /// <param name="nonce">The nonce of the answer.</param>
    /// <returns>The notice; null for a nonce that did not go out so, is used, or is in use.</returns>
    public WebhookNotice? TryTake(ApprovalWebhookSettings webhook, string question, string nonce)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        lock (gate)
        {
            if (!entries.TryGetValue((webhook.Name, question), out var entry)) return null;
            var isIt = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(entry.Notice.Nonce));
            if (!isIt || entry.IsUsed || entry.Notice is not { SentAt: not null } notice || notice.Identity != webhook.Identity) return null;
            entry.IsUsed = true;
            return notice;
        }
    }

    /// <summary>Gives a nonce back whose answer was refused: the person can correct it.</summary>
    public void GiveBack(WebhookNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        lock (gate)
        {
            if (entries.TryGetValue((notice.Webhook, notice.Question), out var entry) && entry.Notice.Nonce == notice.Nonce) entry.IsUsed = false;
        }
    }

    /// <summary>Removes a notice, if it is the newest one of its question.</summary>
    public void Withdraw(WebhookNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        lock (gate)
        {
            if (entries.TryGetValue((notice.Webhook, notice.Question), out var entry) && entry.Notice.Nonce == notice.Nonce)
                Remove(notice.Webhook, notice.Question);
        }
    }

    /// <summary>Removes the notice of a question that has ended. Returns it; null for none.</summary>
    public WebhookNotice? Remove(string webhook, string question)
    {
        lock (gate)
        {
            if (!entries.Remove((webhook, question), out var entry)) return null;
            if (--counts[webhook] == 0) counts.Remove(webhook);
            return entry.Notice;
        }
    }

    /// <summary>Removes the notices of webhooks that are not configured any more.</summary>
    public void Keep(IReadOnlySet<string> webhooks)
    {
        lock (gate)
        {
            foreach (var key in entries.Keys.Where(key => !webhooks.Contains(key.Webhook)).ToList()) entries.Remove(key);
            foreach (var name in counts.Keys.Where(name => !webhooks.Contains(name)).ToList()) counts.Remove(name);
        }
    }

    private sealed class Entry(WebhookNotice notice)
    {
        public WebhookNotice Notice { get; set; } = notice;

        public bool IsUsed { get; set; }
    }
}
