using System.Collections.Concurrent;
using Gatehouse.Administration;
using Gatehouse.Diagnostics;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// Makes the judges of each snapshot from its configuration and from the decisions of administrators. It keeps the state that outlives a snapshot:
/// withheld definitions and first uses.
/// </summary>
internal sealed class DefinitionLocks
{
    // A definition is kept in full so that a later change can be shown. Of a longer one only the digest is kept.
    private const int LongestKept = 64 << 10;
    private const long MostKept = 16L << 20;

    // A kind that was empty when it was seen first: a row of its own, with a name that no definition has.
    private const string NothingDigest = "none";

    // An event names what was added; names are outside text of any length and number.
    private static readonly TimeSpan ReportPause = TimeSpan.FromMinutes(1);
    private const int MostNames = 20;
    private const int LongestName = 100;

    private readonly IDefinitionApprovalStore approvals;
    private readonly TimeProvider time;
    private readonly Action<string, (string Name, string Value)[]> note;
    private readonly GatewayHostOptions options;
    private readonly Lock gate = new();
    private readonly List<Task> keeping = [];
    private readonly ConcurrentDictionary<string, long> lastReported = new(StringComparer.Ordinal); // servers of the configuration
    private volatile LockFile content = new([]);
    private volatile GatewaySettings? current;
    private TrustOnFirstUse? firstUses; // restored by the first configuration that trusts them

    public DefinitionLocks(IDefinitionApprovalStore approvals, Action<string, (string Name, string Value)[]> note, GatewayHostOptions options)
    {
        this.approvals = approvals;
        this.note = note;
        this.options = options;
        time = options.Time;
        Withheld = new WithheldDefinitions(ReportWithheld);
    }

    /// <summary>The definitions that the lock withholds.</summary>
    public WithheldDefinitions Withheld { get; }

    /// <summary>Receives each definition that is withheld, with a line for a person. The thread that judges calls it, so it must not wait.</summary>
    public Action<WithheldDefinition, string> OnWithheld { get; set; } = static (_, _) => { };

    /// <summary>Reads the administrators' decisions on the definitions of a configuration's servers from the store.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static async Task<IReadOnlyList<DefinitionApprovalRow>> ReadAsync(IDefinitionApprovalStore approvals, GatewaySettings settings,
        TimeProvider time)
    {
        var rows = await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false);
        return await MoveToPathsAsync(approvals, rows, settings).ConfigureAwait(false)
            ? await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false) : rows;
    }

    /// <summary>Returns the snapshot with the judges of its configuration.</summary>
    /// <exception cref="StoreException">The administrators' decisions cannot be read.</exception>
    public async Task<GatewaySnapshot> JoinAsync(GatewaySnapshot snapshot) =>
        Join(snapshot, await ReadAsync(approvals, snapshot.Settings, time).ConfigureAwait(false));

    /// <summary>Returns the snapshot with the judges of its configuration. One at a time.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="rows">The administrators' decisions, as <see cref="ReadAsync"/> returned them.</param>
    public GatewaySnapshot Join(GatewaySnapshot snapshot, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        content = snapshot.Settings.LockInForce.Content;
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

    // Approvals from before the path was a part of a server's identity count for the path that is configured. This happens once: each later row has a
    // path, and holds for no other.
    private static async Task<bool> MoveToPathsAsync(IDefinitionApprovalStore approvals, IReadOnlyList<DefinitionApprovalRow> rows,
        GatewaySettings settings)
    {
        var moved = false;
        foreach (var server in settings.Servers.Where(server => server.Http is not null))
        {
            var now = ServerIdentities.Of(server).Source;
            var before = now.WithoutPath().ToString();
            if (before == now.ToString() || !rows.Any(row => row.Server == server.Name && row.Source == before)) continue;
            await approvals.MoveAsync(server.Name, before, now.ToString()).ConfigureAwait(false);
            moved = true;
        }

        return moved;
    }

    private IEnumerable<IDefinitionPolicy> Judges(GatewaySettings settings, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var inForce = settings.LockInForce;
        var given = EffectiveApprovalsOf(rows, inForce.Approvers);
        var uses = inForce.FirstUse == FirstUseMode.Trust ? firstUses ??= RestoreFirstUses(rows) : null;
        yield return new LockPolicy(inForce.Content, inForce.Rules, given, ServerIdentities.Of, inForce.FirstUse, uses, Withheld);
        if (settings.FoundLock is { } found) yield return new DiscoveredLockPolicy(_ => found, ServerIdentities.Of);
        if (options.FindLock is { } find) yield return new DiscoveredLockPolicy(find, ServerIdentities.Of);
        yield return new MetadataPolicy(settings.Inspection, MetadataInspector.Inspect, Told);
    }

    // A suppression that hides nothing any more is reported. Otherwise it would hide the next finding unseen.
    private void Told(FindingSuppression suppression, bool isExpired)
    {
        note(isExpired ? "suppression.expired"
            : "suppression.unused",
            [("server", suppression.Server), ("finding", suppression.Id),
                ("line", suppression.Line.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        var (id, server) = (LogValue.Code(suppression.Id), LogValue.Configured(suppression.Server));
        if (isExpired) options.Log.Write(OperatorEvents.SuppressionExpired, suppression.Line, id, server);
        else options.Log.Write(OperatorEvents.SuppressionUnused, suppression.Line, id, server);
    }

    // A server decides how much it sends, so an operator gets one line a minute for each server. The command shows all of it.
    private void ReportWithheld(WithheldDefinition one)
    {
        if (current is not { } settings) return;
        var name = one.Definition.Name.Length > LongestName ? one.Definition.Name[..LongestName] : one.Definition.Name;
        var what = name.Length == 0
            ? DefinitionKinds.Text(one.Definition.Kind) : $"{DefinitionKinds.Text(one.Definition.Kind)}/{VisibleText.Escape(name)}";
        var remedy = DefinitionProtectionSummary.Remedy(settings, options.IsPersonal);
        OnWithheld(one, $"server {one.Server}: {what} is withheld ({one.Reason}); {remedy}");
        var now = time.GetTimestamp();
        if (lastReported.TryGetValue(one.Server, out var last) && time.GetElapsedTime(last, now) < ReportPause) return;
        lastReported[one.Server] = now;
        options.Log.Write(OperatorEvents.DefinitionWithheld,
            LogValue.Configured(one.Server), LogValue.Code(DefinitionKinds.Text(one.Definition.Kind)), LogValue.Code(one.Reason),
            LogValue.Id(one.Digest), LogValue.Configured(remedy));
    }

    /// <summary>Returns the withheld definitions, each with the facts that a person needs to judge it.</summary>
    /// <param name="needed">The number of different administrators who must approve.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<PendingDefinition>> PendingAsync(int needed)
    {
        var rows = await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false);
        return [.. Withheld.All().Select(one => Pending(one, rows, needed))];
    }

    /// <summary>Stores a person's approval of a definition that is withheld now.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public async Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApprovalRecord approval, int needed)
    {
        if (Withheld.Find(approval.Server, approval.Kind, approval.Name) is not { } one)
            return ActionRefusal.NotWithheld;
        if (one.Digest != approval.Digest)
            return ActionRefusal.ShownOtherwise;
        if (approval.Until <= time.GetUtcNow()) return ActionRefusal.EndedAlready;
        var before = (await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false))
            .Where(row => IsOf(row, one) && !row.IsRevocation && !FirstUseMarker.Is(row.By)).Select(row => row.By).ToList();
        if (before.Contains(approval.By, StringComparer.Ordinal)) // four eyes: the person who asked for it cannot be the one who agrees
            return ActionRefusal.ApprovedAlready;
        await approvals.AddAsync(Row(approval, one.Identity.Source.ToString(), one.Digest, one.Definition.Json)).ConfigureAwait(false);
        var count = before.Count + 1;
        if (count >= needed) Withheld.Forget(approval.Server, approval.Kind, approval.Name);
        return new ApprovalChange(count, needed);
    }

    /// <summary>Stores that an approval was revoked, for all definitions of that name that are approved now, in the file or here.</summary>
    /// <exception cref="StoreException">It is not kept, or not all of it.</exception>
    public async Task<ActionOutcome<ApprovalChange>> RevokeAsync(ApprovalRecord approval, GatewaySettings settings)
    {
        var kind = DefinitionKinds.Text(approval.Kind);
        var approved = (await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false))
            .Where(row => row.Server == approval.Server && row.Kind == kind && row.Name == approval.Name
                && row.Digest != NothingDigest && !row.IsRevocation)
            .Select(row => (row.Source, row.Digest)).ToHashSet();
        // as a question names it, not as the file does
        if (settings.LockInForce.Content.Find(approval.Server) is { } locked && locked.Find(approval.Kind, approval.Name) is { } known)
            approved.Add(((settings.Server(approval.Server) is { } server ? ServerIdentities.Of(server).Source : locked.Source)
                .ToString(), known.Digest));
        if (approved.Count == 0) return ActionRefusal.NothingApproved;
        foreach (var (source, digest) in approved)
            await approvals.AddAsync(Row(approval, source, digest, default) with { IsRevocation = true }).ConfigureAwait(false);
        return ApprovalChange.TakenBack;
    }

    private PendingDefinition Pending(WithheldDefinition one, IReadOnlyList<DefinitionApprovalRow> rows, int needed) => new(
        one.Server, one.Identity.Source.ToString(), DefinitionKinds.Text(one.Definition.Kind), one.Definition.Name, one.Digest, one.Reason, one.At,
        [.. rows.Where(row => IsOf(row, one) && !row.IsRevocation && !FirstUseMarker.Is(row.By)).Select(row => row.By)], needed,
        [.. FindingText.Lines(one.Definition), .. Lines(one, rows)]);

    private IReadOnlyList<string> Lines(WithheldDefinition one, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        if (Before(one, rows) is not { } before) return DefinitionText.Lines(one.Definition);
        var changes = DefinitionDifference.Between(before, one.Definition);
        return changes.Count == 0 ? DefinitionText.Lines(one.Definition) : [.. changes.Select(change => change.ToString())];
    }

    // The definition that was approved last under the name: on this gateway, otherwise in the file.
    private ServerDefinition? Before(WithheldDefinition one, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var kind = DefinitionKinds.Text(one.Definition.Kind);
        var given = rows.LastOrDefault(row => row.Server == one.Server && row.Kind == kind && row.Name == one.Definition.Name
            && row.Digest != one.Digest && row.Definition.Length > 0);
        return given is not null
            ? new ServerDefinition(one.Definition.Kind, given.Name, given.Definition, new ByteRange(0, given.Definition.Length))
            : Locked(one);
    }

    private ServerDefinition? Locked(WithheldDefinition one) => content.Find(one.Server)?.Find(one.Definition.Kind, one.Definition.Name)?.Definition;

    private static bool IsOf(DefinitionApprovalRow row, WithheldDefinition one) =>
        row.Server == one.Server && row.Source == one.Identity.Source.ToString() && row.Kind == DefinitionKinds.Text(one.Definition.Kind)
            && row.Name == one.Definition.Name && row.Digest == one.Digest;

    private DefinitionApprovalRow Row(ApprovalRecord approval, string source, string digest, ReadOnlyMemory<byte> definition) => new(
        approval.Server, source, DefinitionKinds.Text(approval.Kind), approval.Name, digest, approval.By, time.GetUtcNow(), approval.Until
            ?? DateTimeOffset.MaxValue, approval.Reason, false, definition);

    /// <summary>Returns the digests that enough different people approved.</summary>
    internal static EffectiveApprovals EffectiveApprovalsOf(IEnumerable<DefinitionApprovalRow> rows, int approvers)
    {
        var given = new List<EffectiveApproval>();
        foreach (var group in rows.Where(row => !FirstUseMarker.Is(row.By)).GroupBy(row => (row.Server, row.Source, row.Kind, row.Name, row.Digest)))
        {
            if (!DefinitionKinds.TryParse(group.Key.Kind, out var kind)) continue;
            var isRevoked = group.Any(row => row.IsRevocation);
            if (!isRevoked && group.Select(row => row.By).Distinct(StringComparer.Ordinal).Count() < approvers) continue;
            var until = group.Min(row => row.Until);
            given.Add(new EffectiveApproval(group.Key.Server, group.Key.Source, kind, group.Key.Name, group.Key.Digest, group.Max(row => row.At))
            {
                By = [.. group.Select(row => row.By)],
                Expires = until == DateTimeOffset.MaxValue ? null : until,
                IsRevoked = isRevoked,
            });
        }

        return new EffectiveApprovals(given);
    }

    private TrustOnFirstUse RestoreFirstUses(IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var sight = options.Replacements.Apply(PartNames.FirstSight, new FirstUseScope(options.IsPersonal));
        var uses = new TrustOnFirstUse(KeepAsync, StoreInBackground, sight.IsOfCallers);
        foreach (var group in rows.Where(row => FirstUseMarker.Is(row.By) && !row.IsRevocation)
            .GroupBy(row => (row.Server, row.Source, row.Kind, row.By)))
        {
            // A kind that was not kept to its end was shown to no caller, so it is seen for the first time again.
            if (!DefinitionKinds.TryParse(group.Key.Kind, out var kind) || !group.Any(row => row.Digest == NothingDigest)) continue;
            var definitions = group.Where(row => row.Digest != NothingDigest).Select(row =>
                (new ServerDefinition(kind, row.Name, row.Definition, new ByteRange(0, row.Definition.Length)), row.Digest));
            uses.Restore(new FirstUseRecord(group.Key.Server, group.Key.Source, kind, [.. definitions], group.Min(row => row.At))
            { Caller = FirstUseMarker.Parse(group.Key.By) });
        }

        return uses;
    }

    // Durable before anything of it is shown; a store that refuses leaves the kind unseen, and so withheld.
    private async Task KeepAsync(FirstUseRecord use)
    {
        try
        {
            var left = MostKept;
            List<Task> writes = []; // one commit takes many of them
            foreach (var (definition, digest) in use.Definitions)
            {
                var isKept = definition.Range.Length <= LongestKept && definition.Range.Length <= left;
                if (isKept) left -= definition.Range.Length;
                writes.Add(approvals.AddSeenAsync(Row(use, definition.Name, digest, isKept ? definition.Json : default)).AsTask());
            }

            await Task.WhenAll(writes).ConfigureAwait(false);
            await approvals.AddSeenAsync(Row(use, "", NothingDigest, default)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ArgumentException or ObjectDisposedException)
        {
            options.Log.Write(OperatorEvents.FirstUseNotStored, LogValue.Configured(use.Server), LogValue.Cause(e));
            throw new RefusalException(Reasons.DefinitionMissing, "first use is not kept", e);
        }

        Tell(use);
    }

    // A caller's session has shown it by now. If it cannot be stored, it holds only for this process, and the operator learns that the next start
    // would trust the server's definitions again.
    private void StoreInBackground(FirstUseRecord use)
    {
        var kept = StoreInBackgroundAsync(use);
        lock (gate)
        {
            keeping.RemoveAll(static task => task.IsCompleted);
            keeping.Add(kept);
        }
    }

    /// <summary>Returns when first uses that were seen are stored or could not be. After an orderly end, nothing is trusted a second time.</summary>
    public Task FlushAsync()
    {
        lock (gate) return Task.WhenAll(keeping);
    }

    private async Task StoreInBackgroundAsync(FirstUseRecord use)
    {
        try
        {
            await KeepAsync(use).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            // It was reported.
        }
    }

    // An empty kind is stored and is not reported.
    private void Tell(FirstUseRecord use)
    {
        if (use.Definitions.Count == 0) return;
        List<(string, string)> facts =
        [
            ("server", use.Server), ("source", use.Source), ("about", DefinitionKinds.Text(use.Kind)),
            ("count", use.Definitions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        if (use.Caller is { } caller) facts.Add(("caller", caller.ToString()));
        if (use.IsGrowth)
            facts.Add(("names",
                string.Join(' ', use.Definitions.Take(MostNames)
                    .Select(one => VisibleText.Escape(one.Definition.Name.Length > LongestName
                    ? one.Definition.Name[..LongestName] : one.Definition.Name)))));
        note(use.IsGrowth ? "definition.growth" : "definition.first-use", [.. facts]);
    }

    private static DefinitionApprovalRow Row(FirstUseRecord use, string name, string digest, ReadOnlyMemory<byte> definition) => new(
        use.Server, use.Source, DefinitionKinds.Text(use.Kind), name, digest, FirstUseMarker.Format(use.Caller), use.At, DateTimeOffset.MaxValue,
        "taken on first use", false, definition);
}
