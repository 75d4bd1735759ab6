using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Checks;
using Gatehouse.Ipc;
using Gatehouse.Isolation;
using Gatehouse.Text;
using Gatehouse.Wrap;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>
/// Approvals of commands for wrapped servers, given by a person at the terminal device (EX-05, G06; design rule 12). Other verbs
/// that wrap servers call it in process: <c>CommandApprovals.RecordAsync(name, command, ...)</c> shows what it is given and
/// records it when the person agrees.
/// </summary>
internal static class CommandApprovals
{
    /// <summary>Returns the command of a server as a wrapper would have it, with the program that is found now.</summary>
    /// <param name="command">The argument vector, the program first.</param>
    /// <param name="folder">The folder in which its client starts it; an absolute path.</param>
    /// <param name="environment">Names of the variables that it gets in addition to the minimum.</param>
    /// <exception cref="Isolation.ProcessStartException">The program is not there; the message names it.</exception>
    public static CommandLine Resolve(IReadOnlyList<string> command, string folder, IReadOnlyList<string> environment)
    {
        string[] names = [.. environment.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var program = LocalProcess.FindProgram(command[0], folder, CommandEnvironment.Of(names));
        return new CommandLine(command, program, folder, CommandEnvironment.Approved(names));
    }

    /// <summary>Returns whether the command has a critical finding, so that it needs a question of its own.</summary>
    public static bool IsCritical((string Name, CommandLine Command) item) => CommandReview.Of(item.Name, item.Command.Arguments, item.Command.Folder)
        .Any(static finding => finding.Rule.Severity == Severity.Critical);

    /// <summary>Shows commands in full at the terminal device, asks once, and records the approvals when the person types yes.</summary>
    /// <param name="commands">The commands, by name of the server.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The host's answer; a refusal when the person did not agree.</returns>
    /// <exception cref="IOException">The host cannot be reached or started; the message names the remedy.</exception>
    public static async Task<ControlReply> RecordAsync(IReadOnlyList<(string Name, CommandLine Command)> commands, CancellationToken cancellation)
    {
        // The terminal is the person's: its minimum is the account's own, and not what an entry sets.
        var minimum = ProcessEnvironment.Minimum();
        var text = string.Concat(commands.Select(item => CommandText.Show(item.Name, item.Command)));
        var act = commands.Count == 1 ? $"Let {commands[0].Name} start with this command" : $"Let these {Counted.Of(commands.Count, "command")} start";
        if (await TerminalConfirmation.AskAsync(text, act, cancellation).ConfigureAwait(false) is { IsGiven: false } answer)
            return ControlReply.Refuse($"{answer.Reason}; no approval was recorded", answer.HasTerminal
                ? "run the command again, and type the whole word yes" : "run the command in a terminal; a pipe, a file or an argument cannot approve");
        return await LocalHostControl.SendAsync(
            new ApproveServerCommands([.. commands.Select(item =>
                CommandView.Of(item.Name, item.Command with { Minimum = minimum }) with { Digest = item.Command.Digest })]),
            cancellation, confirmed: true).ConfigureAwait(false);
    }
}
