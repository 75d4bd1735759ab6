using System.Globalization;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;
using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about definitions that are withheld or approved.</summary>
internal static class DefinitionWords
{
    public static ControlWords All { get; } = new(
        [
            new("lock.pending", [], static _ => new ListPendingDefinitions()),
            new("lock.approve", ["server", "kind", "value", "digest", "reason", "until"], ReadApproval),
            new("lock.revoke", ["server", "kind", "value", "reason"], ReadWithdrawal),
        ],
        static act => act switch
        {
            ListPendingDefinitions => new ControlRequest { Verb = "lock.pending" },
            ApproveDefinition approve => Of(approve),
            RevokeDefinitionApproval revoke => Of(revoke),
            _ => null,
        });

    private static ControlRequest Of(ApproveDefinition approve) => new()
    {
        Verb = "lock.approve",
        Server = approve.Server,
        Kind = DefinitionKinds.Text(approve.Kind),
        Value = approve.Definition,
        Digest = approve.Digest,
        Reason = approve.Reason,
        Until = approve.Until is { } known ? Moments.Rfc3339(known) : null,
    };

    private static ControlRequest Of(RevokeDefinitionApproval revoke) => new()
    {
        Verb = "lock.revoke",
        Server = revoke.Server,
        Kind = DefinitionKinds.Text(revoke.Kind),
        Value = revoke.Definition,
        Reason = OrNull(revoke.Reason),
    };

    private static ControlReading ReadApproval(ControlRequest request)
    {
        if (!DefinitionKinds.TryParse(request.Kind, out var kind)) return ActionRefusal.NoDefinitionKind;
        if (request.Value is not { } name) return ActionRefusal.NoDefinitionNamed;
        DateTimeOffset? until = null;
        if (request.Until is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
                return ActionRefusal.NoTime;
            until = end;
        }

        return new ApproveDefinition(request.Server ?? "", kind, name, request.Digest ?? "", request.Reason ?? "", until);
    }

    private static ControlReading ReadWithdrawal(ControlRequest request)
    {
        if (!DefinitionKinds.TryParse(request.Kind, out var kind)) return ActionRefusal.NoDefinitionKind;
        return request.Value is { } name
            ? new RevokeDefinitionApproval(request.Server ?? "", kind, name, request.Reason ?? "") : ActionRefusal.NoDefinitionNamed;
    }
}
