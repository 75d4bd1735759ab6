using Gatehouse.Ipc;
using Gatehouse.Text;

namespace Gatehouse.Wrap;

/// <summary><c>gatehouse wrap</c>: the program between a client and the local server that it starts.</summary>
public static class WrapCommand
{
    /// <summary>Wrong command line.</summary>
    public const int Usage = 2;

    /// <summary>Something needed is not there.</summary>
    public const int Unavailable = 3;

    private const string Help =
        """
        Usage: gatehouse wrap [--name NAME] [--env NAME]... -- COMMAND [ARGUMENT]...

        Start a local MCP server behind the gateway's pipeline, in the place where a client starts the server itself.
        Every message of client and server passes through the host of this account, which decides, inspects and records.
        Nothing passes without it. The wrapper starts the host when it does not run. The host ends when no server uses it.

          --name NAME   Name of the server in policy, limits and events: letters, digits, '-' and '_'. Without it the name
                        comes from the command.
          --env NAME    Variable of this process that the server gets in addition to the documented minimum. Can be repeated.

        A command starts only after its approval. Run 'gatehouse wrap command approve' in a terminal first.

        Examples:
          gatehouse wrap --name files -- npx -y @modelcontextprotocol/server-filesystem /home/me/projects
          gatehouse wrap --name github --env GITHUB_TOKEN -- docker run -i --rm -e GITHUB_TOKEN ghcr.io/github/github-mcp-server

        Exit codes: the server's own; 1 not approved, 2 wrong command line, 3 the host cannot be reached or started.
        """;

    /// <summary>Runs until the client or the server ends.</summary>
    /// <param name="arguments">The arguments after <c>wrap</c>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments is ["--help" or "-h" or "-?"] or [])
        {
            (arguments.Length == 0 ? Console.Error : Console.Out).WriteLine(Help);
            return arguments.Length == 0 ? Usage : 0;
        }

        if (WrapArguments.Parse(arguments, out var fault) is not { } parsed)
        {
            WrapOutput.Tell($"{VisibleText.Escape(fault)}\n  see: gatehouse wrap --help");
            return Usage;
        }

        try
        {
            var wrapper = new Wrapper(parsed, Console.OpenStandardInput(), Console.OpenStandardOutput(),
                () => RuntimePaths.Of(Environment.GetEnvironmentVariable), TimeProvider.System);
            await using (wrapper.ConfigureAwait(false)) return await wrapper.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            WrapOutput.Tell(VisibleText.Escape(e.Message));
            return Unavailable;
        }
    }
}
