using System.CommandLine;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary>The options by which the commands about rights find a gateway, and show the person who runs them.</summary>
internal sealed class AccessOptions
{
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string?> state = CommonOptions.State();

    private readonly Option<string?> token = new("--token-file")
    {
        Description = "File with your access token for the administration audience. It says who you are.",
        HelpName = "file",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="names">True for a command that shows the person who runs it.</param>
    public void AddTo(Command command, bool names)
    {
        command.Add(config);
        command.Add(state);
        if (names) command.Add(token);
    }

    /// <inheritdoc cref="ApprovalOptions.CheckShown"/>
    public void CheckShown(Command command, Option<string?> shown) => ShownDigest.Check(command, shown, token);

    /// <summary>Returns the way to the gateway that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="names">True for a command that shows the person who runs it.</param>
    public ApprovalChannel ChannelOf(ParseResult parsed, bool names) =>
        new(false, parsed.GetValue(state), parsed.GetValue(config), names ? parsed.GetValue(token) : null, hasHost: false);
}
