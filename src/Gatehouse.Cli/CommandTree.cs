using System.CommandLine;
using Gatehouse.Cli.AccessCommands;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.ConfigCommands;
using Gatehouse.Cli.ContainCommands;
using Gatehouse.Cli.DetectCommands;
using Gatehouse.Cli.GatewayCommands;
using Gatehouse.Cli.InitCommands;
using Gatehouse.Cli.LockCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.PolicyCommands;
using Gatehouse.Cli.QuarantineCommands;
using Gatehouse.Cli.ScanCommands;
using Gatehouse.Cli.SecretCommands;
using Gatehouse.Cli.WitnessCommands;
using Gatehouse.Cli.WrapCommands;

namespace Gatehouse.Cli;

/// <summary>The <c>gatehouse</c> command: its commands by purpose, and the former names of some of them.</summary>
internal static class CommandTree
{
    public static RootCommand Build()
    {
        var groups = Groups();
        var root = new RootCommand(
            """
            Gatehouse: security for the Model Context Protocol. It runs between AI clients and MCP servers.
            It authenticates, validates, authorizes and records every request.
            """);
        foreach (var command in groups.SelectMany(group => group.Commands).Concat(Former())) root.Add(command);
        root.Add(CheckServerCommand.Create()); // only for init
        GroupedHelp.Add(root, groups);
        return root;
    }

    private static IReadOnlyList<(string Name, IReadOnlyList<Command> Commands)> Groups() =>
    [
        ("On a laptop", [
            ScanCommand.Create(), InitCommand.Create(), UndoCommand.Create(), WrapRootCommand.Create(), HostCommand.Create(),
        ]),
        ("Gateway", [
            ServeCommand.Create(), ConfigCommand.Create(), DoctorCommand.Create(), StatusCommand.Create(), ReloadCommand.Create(),
            DrainCommand.Create(), ContainCommand.Create(), ReleaseCommand.Create(), SessionCommand.Create(),
            ConsentCommand.Create(), TokenCommand.Create(), SecretCommand.Create(),
        ]),
        ("Policy and definitions", [PolicyCommand.Create(), ApprovalCommand.Create(), AccessCommand.Create(), QuarantineCommand.Create(), LockCommand.Create()]),
        ("Evidence", [AuditCommand.Create(), WitnessCommand.Create(), DetectCommand.Create(), ExplainCommand.Create(), RangeCommand.Create()]),
        ("About this build", [PipelineCommand.Create(), CompletionCommand.Create(), VersionCommand.Create()]),
    ];

    private static IEnumerable<Command> Former() =>
    [
        FormerName.Of(VerifyCommand.Create(), "lock verify"),
        FormerName.Of(DiffCommand.Create(), "lock diff"),
        FormerName.Of(ApproveCommand.Create(), "lock approve"),
        FormerName.Of(FormerRevokeCommand.Create(), "token revoke' or 'gatehouse lock revoke"),
        FormerName.Of(ApprovedCommandsCommand.Create(), "wrap command"),
    ];
}
