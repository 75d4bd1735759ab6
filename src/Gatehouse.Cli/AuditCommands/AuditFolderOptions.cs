using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The options that say where the audit log is.</summary>
internal sealed class AuditFolderOptions
{
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string?> state = CommonOptions.State();
    private readonly Option<string?> log = new("--log")
    { Description = "Folder of the audit log. Default: the folder in the configuration.", HelpName = "folder" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[config, state, log]) command.Add(option);
        command.Refuse(log, "it names the folder already", config, state);
        command.Refuse(state, "the log is in the state folder", config);
    }

    /// <summary>Returns the folder. Returns null, prints a message and gives the exit code where there is none.</summary>
    public string? Folder(ParseResult parsed, out int code) =>
        AuditFolder.Of(parsed.GetValue(log), parsed.GetValue(state), parsed.GetValue(config), out code);
}
