using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The parts that notifications and answers of webhooks share.</summary>
internal sealed class WebhookParts
{
    /// <summary>The configuration in force.</summary>
    public required SnapshotHolder Snapshots { get; init; }

    /// <summary>The questions.</summary>
    public required ApprovalBook Book { get; init; }

    /// <summary>The text that approvers are shown.</summary>
    public required ApprovalTexts Texts { get; init; }

    /// <summary>The factory of outgoing HTTP handlers.</summary>
    public required OutboundHandlers Handlers { get; init; }

    /// <summary>The secrets of the configuration in force.</summary>
    public required SecretResolver Secrets { get; init; }

    /// <summary>The entries.</summary>
    public required WebhookJournal Journal { get; init; }

    /// <summary>The check of the signatures of answers.</summary>
    public required AnswerSignatures Signatures { get; init; }

    /// <summary>Percent of a common bound for one caller.</summary>
    public required Func<int> Share { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The index of the audit log.</summary>
    public required AuditIndex Index { get; init; }

    /// <summary>The alarms about first uses; null until sending begins.</summary>
    public WebhookAlarms? Alarms { get; set; }

    /// <summary>Events for the operator.</summary>
    public required ILogger Log { get; init; }

    /// <summary>The questions of which webhooks were notified.</summary>
    public WebhookNotices Notices { get; } = new();

    /// <summary>Counts of notifications.</summary>
    public WebhookCounts Counts { get; } = new();

    /// <summary>Returns a webhook of the configuration in force; null for none of this name.</summary>
    public ApprovalWebhookSettings? Webhook(string name) => Snapshots.Current.Settings.Approvals.Webhooks.FirstOrDefault(one => one.Name == name);
}
