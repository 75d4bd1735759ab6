using System.CommandLine;
using Gatehouse.Wrap;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>
/// <c>gatehouse wrap</c> for help and completion. It is carried out before this tree is built, by <see cref="WrapCommand"/>: a
/// client waits for each start.
/// </summary>
internal static class WrapRootCommand
{
    public static Command Create()
    {
        var command = new Command("wrap",
            """
            Start a local MCP server behind the gateway's pipeline, in the place where a client starts the server itself.

            Example:
              gatehouse wrap --name files -- npx -y @modelcontextprotocol/server-filesystem /home/me/projects
            """)
        {
            new Option<string?>("--name") { Description = "What policy, limits and events call the server.", HelpName = "name" },
            new Option<string[]>("--env") { Description = "A variable that the server gets beside the documented minimum.", HelpName = "name" },
            new Argument<string[]>("command") { Description = "The server's command, after '--'." },
            ApprovedCommandsCommand.Create(),
        };
        command.SetAction((parsed, _) => WrapCommand.RunAsync([.. parsed.Tokens.Skip(1).Select(token => token.Value)]));
        return command;
    }
}
