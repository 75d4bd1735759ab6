using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Cli.LockCommands;

/// <summary>A verification as JSON. Totals are counted from the lists.</summary>
internal static class LockJson
{
    public static object Of(IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps) => new
    {
        Good = servers.All(server => server.IsGood) && !gaps.Any(gap => gap.IsFailure),
        Servers = servers.Select(Server),
        NotMeasured = gaps.Select(gap => new { Server = gap.What, gap.Why }),
    };

    private static object Server(VerifiedServer server) => new
    {
        server.Observed.Name,
        Source = server.Observed.Identity.Source.ToString(),
        Locked = server.Locked is not null,
        Good = server.IsGood,
        Attributes = server.Attributes.Select(one => new { Name = one.Attribute, one.Before, one.Now }),
        Definitions = server.Definitions.Select(Definition),
        CannotBePinned = server.Observed.Unpinnable.Select(one => new { Kind = DefinitionKinds.Text(one.Kind), one.Name }),
    };

    private static object Definition(VerifiedDefinition one) => new
    {
        Kind = DefinitionKinds.Text(one.Kind),
        one.Name,
        State = LockText.State(one),
        Good = one.IsGood,
        one.Digest,
        Approved = one.Finding.Locked?.Digest,
        RenamedFrom = one.Finding.State == LockState.ProbablyRenamed ? one.Finding.Locked!.Definition.Name : null,
        Changes = one.Finding is { State: LockState.Different or LockState.ProbablyRenamed, Locked: { } before, Observed: { } now }
            ? DefinitionDifference.Between(before.Definition, now)
            .Select(change => new { Effect = change.Effect.ToString().ToLowerInvariant(), change.Pointer, change.Text })
            : null,
    };
}
