namespace Gatehouse.Administration.Control;

/// <summary>Words about commands of wrapped servers.</summary>
internal static class CommandWords
{
    private const int MostCommands = 256;

    public static ControlWords All { get; } = new(
        [
            new("command.list", [], static _ => new ListCommands()),
            new("command.approve", ["commands"], ReadCommands),
            new("command.revoke", ["value"], static request => new RevokeCommandApproval(request.Value ?? "")),
        ],
        static act => act switch
        {
            ListCommands => new ControlRequest { Verb = "command.list" },
            ApproveServerCommand approve => Of([approve]),
            RevokeCommandApproval revoke => new ControlRequest { Verb = "command.revoke", Value = revoke.Digest },
            _ => null,
        });

    /// <summary>Writes the request for approvals of several commands, which one confirmation covers.</summary>
    public static ControlRequest Of(IReadOnlyList<ApproveServerCommand> acts) =>
        new() { Verb = "command.approve", Commands = [.. acts.Select(act => CommandView.Of(act.Server, act.Command) with { Digest = act.Digest })] };

    private static ControlReading ReadCommands(ControlRequest request) => request.Commands is { Count: > 0 and <= MostCommands } shown
        ? new ControlReading([.. shown.Select(view => new ApproveServerCommand(view.Name, view.ToCommand(), view.Digest))], null)
        : ActionRefusal.NoCommands;
}
