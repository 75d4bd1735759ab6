using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// Acknowledges the alarm about a store, so that the state of the host reports it no longer. It gives back nothing that was lost. The account is
/// enough: it can delete the file that keeps the alarm.
/// </summary>
internal sealed record AcknowledgeStoreAlarm : AdministrativeAction<StoreAlarmAcknowledged>
{
    internal override string Name => "store.acknowledge";

    internal override ActRow Row => HostRows.Acknowledge;

    // It grants nothing. But without its entry the alarm must not end.
    internal override ActionEffect Effect => ActionEffect.Grants;

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result)
    {
        var ended = (StoreAlarmAcknowledged)result;
        return
        [
            KeyValuePair.Create("why", ended.Kind),
            KeyValuePair.Create("since", ended.Since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ];
    }

    public override bool IsOffered(AdministrationParts parts) => parts.Store is not null;

    protected override Task<ActionOutcome<StoreAlarmAcknowledged>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<StoreAlarmAcknowledged>>(
            parts.Store!.AcknowledgeAlarm() is { } ended ? ended : ActionRefusal.NoStoreAlarm);
}

/// <summary>The alarm about a store is acknowledged.</summary>
/// <param name="Kind">The kind of the alarm, as in the entry about it.</param>
/// <param name="Since">The time at which the difference was found.</param>
internal sealed record StoreAlarmAcknowledged(string Kind, DateTimeOffset Since) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence =>
        $"the alarm about the store ({Kind}) of {Moments.Words(Since)} is acknowledged; "
            + "its entry remains in the audit log";
}
