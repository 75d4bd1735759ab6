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

    /// <summary>Makes the option with the digest of a text that the person was shown before.</summary>
    /// <param name="show">The command that prints it.</param>
    public static Option<string?> ShownOption(string show) => new("--shown")
    {
        Description = $"SHA-256 of the text that '{show}' printed for you. Then nothing is shown or asked at the terminal. Needs --token-file.",
        HelpName = "digest",
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
        command.Check(result =>
        {
            var others = result.GetValue(config) ?? result.GetValue(state) ?? (names ? result.GetValue(token) : null);
            if (result.GetValue(host) && others is not null) result.AddError("--host takes neither --config, --state nor --token-file");
        });
    }

    /// <summary>Refuses the digest of a shown text where it has no meaning.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shown">The option with the digest.</param>
    public void CheckShown(Command command, Option<string?> shown) => ShownDigest.Check(command, shown, token);

    /// <summary>Returns the way to the host that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="names">True for a command that shows the person who runs it.</param>
    public ApprovalChannel ChannelOf(ParseResult parsed, bool names) => new(
        parsed.GetValue(host), parsed.GetValue(state), parsed.GetValue(config), names ? parsed.GetValue(token) : null);
}
