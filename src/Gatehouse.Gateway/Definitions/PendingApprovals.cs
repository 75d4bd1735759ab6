using Gatehouse.Administration;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>The withheld definitions that wait for a person, and the decisions of people about them.</summary>
/// <param name="approvals">The store of the decisions.</param>
/// <param name="withheld">The definitions that are withheld now.</param>
/// <param name="locked">Returns the lock file in force.</param>
/// <param name="time">The clock.</param>
internal sealed class PendingApprovals(IDefinitionApprovalStore approvals, WithheldDefinitions withheld, Func<LockFile> locked, TimeProvider time)
{
    /// <summary>Returns the withheld definitions, each with the facts that a person needs to judge it.</summary>
    /// <param name="needed">The number of different administrators who must approve.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<PendingDefinition>> ListAsync(int needed)
    {
        var rows = await RowsAsync().ConfigureAwait(false);
        return [.. withheld.All().Select(one => Pending(one, rows, needed))];
    }

    /// <summary>Stores a person's approval of a definition that is withheld now.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    public async Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApprovalRecord approval, int needed)
    {
        if (withheld.Find(approval.Server, approval.Kind, approval.Name) is not { } one) return ActionRefusal.NotWithheld;
        if (one.Digest != approval.Digest) return ActionRefusal.ShownOtherwise;
        if (approval.Until <= time.GetUtcNow()) return ActionRefusal.EndedAlready;
        var before = StoredApprovals.ApproversOf(one, await RowsAsync().ConfigureAwait(false));
        if (before.Contains(approval.By, StringComparer.Ordinal)) // four eyes: the person who asked for it cannot be the one who agrees
            return ActionRefusal.ApprovedAlready;
        await approvals.AddAsync(Row(approval, one.Identity.Source.ToString(), one.Digest, one.Definition.Json)).ConfigureAwait(false);
        var count = before.Count + 1;
        if (count >= needed) withheld.Forget(approval.Server, approval.Kind, approval.Name);
        var rest = withheld.All().Where(other => other.Server == approval.Server && other != one).ToList();
        return new ApprovalChange(count, needed)
        {
            Withheld = [.. rest.Select(static other => ShownName.Of(KeyOf(other)))],
            LacksCapabilities = rest.Exists(static other => other.Definition.Kind == DefinitionKind.Capabilities),
        };
    }

    /// <summary>Stores that an approval was revoked, for all definitions of that name that are approved now, in the file or here.</summary>
    /// <exception cref="StoreException">It is not kept, or not all of it.</exception>
    public async Task<ActionOutcome<ApprovalChange>> RevokeAsync(ApprovalRecord approval, GatewaySettings settings)
    {
        var rows = await RowsAsync().ConfigureAwait(false);
        var approved = Approved(approval, settings, rows);
        if (approved.Count == 0) return ActionRefusal.NothingApproved(NearestDefinition.Words(RefOf(approval), Known(settings, rows)));
        foreach (var (source, digest) in approved)
            await approvals.AddAsync(Row(approval, source, digest, default) with { IsRevocation = true }).ConfigureAwait(false);
        return ApprovalChange.TakenBack;
    }

    private static string KeyOf(WithheldDefinition one) =>
        new DefinitionRef(one.Server, one.Definition.Kind, one.Definition.Name.Length == 0 ? null : one.Definition.Name).ToString();

    private static DefinitionRef RefOf(ApprovalRecord approval) =>
        new(approval.Server, approval.Kind, approval.Name.Length == 0 ? null : approval.Name);

    private static IEnumerable<(string Server, DefinitionKind Kind, string Name)> Known(
        GatewaySettings settings, IReadOnlyList<DefinitionApprovalRow> rows)
    {
        foreach (var row in rows.Where(static row => row.Digest != FirstUseMarker.NothingDigest && !row.IsRevocation))
        {
            if (DefinitionKinds.TryParse(row.Kind, out var kind)) yield return (row.Server, kind, row.Name);
        }

        foreach (var server in settings.LockInForce.Content.Servers)
        {
            foreach (var one in server.Definitions) yield return (server.Name, one.Definition.Kind, one.Definition.Name);
        }
    }

    private static HashSet<(string Source, string Digest)> Approved(ApprovalRecord approval, GatewaySettings settings,
        IReadOnlyList<DefinitionApprovalRow> rows)
    {
        var kind = DefinitionKinds.Text(approval.Kind);
        var approved = rows.Where(row => row.Server == approval.Server && row.Kind == kind && row.Name == approval.Name
            && row.Digest != FirstUseMarker.NothingDigest && !row.IsRevocation).Select(row => (row.Source, row.Digest)).ToHashSet();
        // as a question names it, not as the file does
        if (settings.LockInForce.Content.Find(approval.Server) is { } server && server.Find(approval.Kind, approval.Name) is { } known)
            approved.Add(((settings.Server(approval.Server) is { } configured ? ServerIdentities.Of(configured).Source : server.Source).ToString(),
                known.Digest));
        return approved;
    }

    private ValueTask<IReadOnlyList<DefinitionApprovalRow>> RowsAsync() => approvals.ListAsync(time.GetUtcNow());

    private PendingDefinition Pending(WithheldDefinition one, IReadOnlyList<DefinitionApprovalRow> rows, int needed) => new(
        one.Server, one.Identity.Source.ToString(), DefinitionKinds.Text(one.Definition.Kind), one.Definition.Name, one.Digest, one.Reason, one.At,
        StoredApprovals.ApproversOf(one, rows), needed, [.. FindingText.Lines(one.Definition), .. Lines(one, rows)])
    { Answers = [.. StoredApprovals.ApprovalsOf(one, rows).Select(Answer)] };

    // The name of an approver is the issuer, which has no space, and the subject; or the account of a terminal.
    private static ApprovalAnswerView Answer(DefinitionApprovalRow row)
    {
        var space = row.By.IndexOf(' ', StringComparison.Ordinal);
        var hasIssuer = space > 0 && Uri.IsWellFormedUriString(row.By[..space], UriKind.Absolute);
        return new ApprovalAnswerView
        {
            Grants = true,
            At = row.At,
            By = hasIssuer ? row.By[(space + 1)..] : row.By,
            ByIssuer = hasIssuer ? row.By[..space] : null,
            Reason = row.Reason.Length > 0 ? row.Reason : null,
        };
    }

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
            : locked().Find(one.Server)?.Find(one.Definition.Kind, one.Definition.Name)?.Definition;
    }

    private DefinitionApprovalRow Row(ApprovalRecord approval, string source, string digest, ReadOnlyMemory<byte> definition) => new(
        approval.Server, source, DefinitionKinds.Text(approval.Kind), approval.Name, digest, approval.By, time.GetUtcNow(),
        approval.Until ?? DateTimeOffset.MaxValue, approval.Reason, false, definition);
}
