using System.Text.Json.Nodes;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>A verification as JSON. Totals are counted from the lists.</summary>
internal static class LockJson
{
    public static JsonObject Of(IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps) => new JsonFields
    {
        ["good"] = servers.All(server => server.IsGood) && !gaps.Any(gap => gap.IsFailure),
        ["servers"] = servers.Select(Server).ToJsonArray(),
        ["notMeasured"] = gaps.Select(gap => new JsonFields { ["server"] = gap.What, ["why"] = gap.Why }).ToJsonArray(),
    };

    private static JsonFields Server(VerifiedServer server) => new()
    {
        ["name"] = server.Observed.Name,
        ["source"] = server.Observed.Identity.Source.ToString(),
        ["locked"] = server.Locked is not null,
        ["good"] = server.IsGood,
        ["attributes"] = server.Attributes
            .Select(one => new JsonFields { ["name"] = one.Attribute, ["before"] = one.Before, ["now"] = one.Now }).ToJsonArray(),
        ["definitions"] = server.Definitions.Select(Definition).ToJsonArray(),
        ["cannotBePinned"] = server.Observed.Unpinnable
            .Select(one => new JsonFields { ["kind"] = DefinitionKinds.Text(one.Kind), ["name"] = one.Name }).ToJsonArray(),
    };

    private static JsonFields Definition(VerifiedDefinition one) => new()
    {
        ["kind"] = DefinitionKinds.Text(one.Kind),
        ["name"] = one.Name,
        ["state"] = LockText.State(one),
        ["good"] = one.IsGood,
        ["digest"] = one.Digest,
        ["approved"] = one.Finding.Locked?.Digest,
        ["renamedFrom"] = one.Finding.State == LockState.ProbablyRenamed ? one.Finding.Locked!.Definition.Name : null,
        ["changes"] = one.Finding is { State: LockState.Different or LockState.ProbablyRenamed, Locked: { } before, Observed: { } now }
            ? DefinitionDifference.Between(before.Definition, now).Select(Change).ToJsonArray() : null,
    };

    private static JsonFields Change(DefinitionChange change) => new()
    {
        ["effect"] = change.Effect.ToString().ToLowerInvariant(),
        ["pointer"] = change.Pointer,
        ["text"] = change.Text,
    };
}
