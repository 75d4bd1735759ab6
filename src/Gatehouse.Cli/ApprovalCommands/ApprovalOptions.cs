using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The options by which the commands about approvals find a host, and show the person who runs them.</summary>
internal sealed class ApprovalOptions
{
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string?> state = CommonOptions.State();

    private readonly Option<bool> host = new("--host") { Description = "Ask the host of the servers that you wrapped, instead of a gateway." };

    private readonly Option<string?> token = new("--token-file")
    {
        Description = "File with your access token for the administration audience. Without it: a confirmation typed at the terminal, where the gateway "
            + "accepts one.",
        HelpName = "file",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="names">True for a command that shows the person who runs it.</param>
    public void AddTo(Command command, bool names)
    {
        command.Add(config);
        command.Add(state);
        command.Add(host);
        if (names) command.Add(token);
        command.Validators.Add(result =>
        {
            var others = result.GetValue(config) ?? result.GetValue(state) ?? (names ? result.GetValue(token) : null);
            if (result.GetValue(host) && others is not null) result.AddError("--host takes neither --config, --state nor --token-file");
        });
    }

    /// <summary>Returns the way to the host that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="names">True for a command that shows the person who runs it.</param>
    public ApprovalChannel ChannelOf(ParseResult parsed, bool names) => new(
        parsed.GetValue(host), parsed.GetValue(state), parsed.GetValue(config), names ? parsed.GetValue(token) : null);
}
