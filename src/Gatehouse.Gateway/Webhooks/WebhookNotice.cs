namespace Gatehouse.Gateway.Webhooks;

/// <summary>A question as one webhook was notified of it: what an answer of that webhook has to repeat.</summary>
/// <param name="Webhook">Name of the webhook.</param>
/// <param name="Identity">The settings by which it was made (<see cref="Gatehouse.Settings.ApprovalWebhookSettings.Identity"/>).</param>
/// <param name="Question">The question.</param>
/// <param name="Nonce">The nonce, for one answer.</param>
/// <param name="IsWhole">True where the notification has the arguments of the call in full.</param>
internal sealed record WebhookNotice(string Webhook, string Identity, string Question, string Nonce, bool IsWhole)
{
    /// <summary>Number of people who had granted the question when it was made.</summary>
    public int Granted { get; init; }

    /// <summary>SHA-256 of the text of the notification; null until it is sent.</summary>
    public ReadOnlyMemory<byte>? Shown { get; init; }

    /// <summary>The moment when this text was sent first; null until it is.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>True once the notification was given up. An answer to it still counts, for one attempt may have arrived.</summary>
    public bool IsGivenUp { get; init; }
}
