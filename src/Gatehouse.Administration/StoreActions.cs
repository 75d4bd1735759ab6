using System.Globalization;

namespace Gatehouse.Administration;

/// <summary>
/// Acknowledges the loss of a store, so that the state of the host reports it no longer. It gives back nothing that was lost. The account is enough:
/// it can delete the file that keeps the loss.
/// </summary>
internal sealed record AcknowledgeStoreLoss : AdministrativeAction<StoreLossAcknowledged>
{
    public override string Name => "store.acknowledge";

    public override ActionEffect Effect => ActionEffect.Grants;

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        [KeyValuePair.Create("lostAt", ((StoreLossAcknowledged)result).LostAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))];

    public override bool IsOffered(AdministrationParts parts) => parts.Store is not null;

    protected override Task<ActionOutcome<StoreLossAcknowledged>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<StoreLossAcknowledged>>(
            parts.Store!.AcknowledgeLoss() is { } at ? new StoreLossAcknowledged(at) : ActionRefusal.NoStoreLost);
}

/// <summary>The loss of a store is acknowledged.</summary>
/// <param name="LostAt">The time at which the new store was made.</param>
internal sealed record StoreLossAcknowledged(DateTimeOffset LostAt)
{
    /// <summary>Returns the sentence for the person.</summary>
    public override string ToString() =>
        $"the loss of the store before {LostAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)} is acknowledged; "
            + "the entry store.lost remains in the audit log";
}
