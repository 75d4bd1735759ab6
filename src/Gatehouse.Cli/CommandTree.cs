using System.CommandLine;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.GatewayCommands;
using Gatehouse.Cli.InitCommands;
using Gatehouse.Cli.LockCommands;
using Gatehouse.Cli.PolicyCommands;
using Gatehouse.Cli.ScanCommands;
using Gatehouse.Cli.WrapCommands;

namespace Gatehouse.Cli;

/// <summary>The <c>gatehouse</c> command, one file a verb.</summary>
internal static class CommandTree
{
    public static RootCommand Build() => new(
        """
        Gatehouse: security for the Model Context Protocol.

        Stands between AI clients and MCP servers: every request is authenticated, validated, authorized and recorded.

        Examples:
          gatehouse scan
          gatehouse init
          gatehouse lock -- npx -y @example/files@1.2.3 .
          gatehouse verify
          gatehouse config check --config gatehouse.yaml
          gatehouse serve --config gatehouse.yaml
          gatehouse explain GH4003

        Exit codes: 0 done, 1 the answer is no, 2 wrong command line or configuration, 3 something needed is not there.
        """)
    {
        ServeCommand.Create(),
        ConfigCommand.Create(),
        PolicyCommand.Create(),
        AuditCommand.Create(),
        TokenCommand.Create(),
        StatusCommand.Create(),
        SessionCommand.Create(),
        RevokeCommand.Create(),
        ReloadCommand.Create(),
        DrainCommand.Create(),
        DoctorCommand.Create(),
        ScanCommand.Create(),
        InitCommand.Create(),
        UndoCommand.Create(),
        CheckServerCommand.Create(),
        LockCommand.Create(),
        VerifyCommand.Create(),
        DiffCommand.Create(),
        ApproveCommand.Create(),
        WrapRootCommand.Create(),
        ApprovedCommandsCommand.Create(),
        HostCommand.Create(),
        ExplainCommand.Create(),
        PipelineCommand.Create(),
        RangeCommand.Create(),
        VersionCommand.Create(),
    };
}
