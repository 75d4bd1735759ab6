using System.Globalization;
using Gatehouse.Diagnostics;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// Makes the definition policies of each snapshot from its configuration and from the decisions of administrators. It keeps the state that outlives
/// a snapshot:
/// withheld definitions and first uses.
/// </summary>
internal sealed class DefinitionLocks
{
    private readonly IDefinitionApprovalStore store;
    private readonly Action<string, (string Name, string Value)[]> note;
    private readonly GatewayHostOptions options;
    private readonly StoredFirstUses firstUses;
    private readonly WithheldReport report;
    private volatile GatewaySettings? current;

    public DefinitionLocks(IDefinitionApprovalStore store, Action<string, (string Name, string Value)[]> note, GatewayHostOptions options)
    {
        this.store = store;
        this.note = note;
        this.options = options;
        firstUses = new StoredFirstUses(store, note, options);
        report = new WithheldReport(() => current, options);
        Withheld = new WithheldDefinitions(report.Report);
        Approvals = new PendingApprovals(store, Withheld, () => current?.LockInForce.Content ?? new LockFile([]), options.Time);
    }

    /// <summary>The definitions that the lock withholds.</summary>
    public WithheldDefinitions Withheld { get; }

    /// <summary>Decisions of people on withheld definitions.</summary>
    public PendingApprovals Approvals { get; }

    /// <inheritdoc cref="WithheldReport.OnWithheld"/>
    public Action<WithheldDefinition, string> OnWithheld
    {
        get => report.OnWithheld;
        set => report.OnWithheld = value;
    }

    /// <summary>Returns the snapshot with the definition policies of its configuration.</summary>
    /// <exception cref="StoreException">The administrators' decisions cannot be read.</exception>
    public async Task<GatewaySnapshot> JoinAsync(GatewaySnapshot snapshot) =>
        Join(snapshot, await StoredApprovals.ReadAsync(store, snapshot.Settings, options.Time).ConfigureAwait(false));

    /// <summary>Returns the snapshot with the definition policies of its configuration. One at a time.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="rows">The administrators' decisions, as <see cref="StoredApprovals.ReadAsync"/> returned them.</param>
    public GatewaySnapshot Join(GatewaySnapshot snapshot, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        current = snapshot.Settings;
        var judges = Judges(snapshot.Settings, rows).ToList();
        var replacements = options.Replacements;
        return snapshot with
        {
            Definitions = new DefinitionStatuses([.. judges.Select(judge => replacements.Apply(PartNames.Judge(judge.Name), judge))])
            {
                Lock = judges.OfType<LockPolicy>().First(),
                Memory = replacements.Apply(PartNames.DefinitionMemory, SessionDefinitions.Instance),
            },
        };
    }

    /// <inheritdoc cref="StoredFirstUses.FlushAsync"/>
    public Task FlushAsync() => firstUses.FlushAsync();

    private IEnumerable<IDefinitionPolicy> Judges(GatewaySettings settings, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var inForce = settings.LockInForce;
        var given = StoredApprovals.Effective(rows, inForce.Approvers);
        var uses = inForce.FirstUse == FirstUseMode.Trust ? firstUses.Restored(rows) : null;
        yield return new LockPolicy(inForce.Content, inForce.Rules, given, ServerIdentities.Of, inForce.FirstUse, uses, Withheld);
        if (settings.FoundLock is { } found) yield return new DiscoveredLockPolicy(_ => found, ServerIdentities.Of);
        if (options.FindLock is { } find) yield return new DiscoveredLockPolicy(find, ServerIdentities.Of);
        yield return new MetadataPolicy(settings.Inspection, MetadataInspector.Inspect, NoteSuppression);
    }

    // A suppression that hides nothing any more is reported. Otherwise it would hide the next finding unseen.
    private void NoteSuppression(FindingSuppression suppression, bool isExpired)
    {
        note(isExpired ? "suppression.expired" : "suppression.unused",
            [("server", suppression.Server), ("finding", suppression.Id), ("line", suppression.Line.ToString(CultureInfo.InvariantCulture))]);
        var (id, server) = (LogValue.Code(suppression.Id), LogValue.Configured(suppression.Server));
        if (isExpired) options.Log.Write(OperatorEvents.SuppressionExpired, suppression.Line, id, server);
        else options.Log.Write(OperatorEvents.SuppressionUnused, suppression.Line, id, server);
    }
}
