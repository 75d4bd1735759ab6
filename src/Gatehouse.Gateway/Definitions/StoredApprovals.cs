using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Definitions;

/// <summary>The rows of administrators' decisions on definitions: how they are read, and what they decide.</summary>
internal static class StoredApprovals
{
    /// <summary>Reads the administrators' decisions on the definitions of a configuration's servers from the store.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static async Task<IReadOnlyList<DefinitionApprovalRow>> ReadAsync(IDefinitionApprovalStore approvals, GatewaySettings settings,
        TimeProvider time)
    {
        var rows = await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false);
        return await MoveToPathsAsync(approvals, rows, settings).ConfigureAwait(false)
            ? await approvals.ListAsync(time.GetUtcNow()).ConfigureAwait(false) : rows;
    }

    /// <summary>Returns the digests that enough different people approved.</summary>
    public static EffectiveApprovals Effective(IEnumerable<DefinitionApprovalRow> rows, int approvers)
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

    /// <summary>Returns the people who approved exactly the definition that is withheld.</summary>
    public static IReadOnlyList<string> ApproversOf(WithheldDefinition one, IEnumerable<DefinitionApprovalRow> rows) =>
        [.. ApprovalsOf(one, rows).Select(row => row.By)];

    /// <summary>Returns the approvals of people of exactly the definition that is withheld, in the order of the rows.</summary>
    public static IEnumerable<DefinitionApprovalRow> ApprovalsOf(WithheldDefinition one, IEnumerable<DefinitionApprovalRow> rows) =>
        rows.Where(row => IsOf(row, one) && !row.IsRevocation && !FirstUseMarker.Is(row.By));

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

    private static bool IsOf(DefinitionApprovalRow row, WithheldDefinition one) =>
        row.Server == one.Server && row.Source == one.Identity.Source.ToString() && row.Kind == DefinitionKinds.Text(one.Definition.Kind)
            && row.Name == one.Definition.Name && row.Digest == one.Digest;
}
