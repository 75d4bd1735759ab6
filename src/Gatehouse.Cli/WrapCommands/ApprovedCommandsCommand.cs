using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.WrapCommands;

/// <summary><c>gatehouse wrap command list|show|approve|revoke</c>: the commands that wrapped servers may be started with.</summary>
internal static class ApprovedCommandsCommand
{
    public static Command Create() => new("command",
        """
        Show and approve the commands that start wrapped local servers.

        A wrapped server starts only after a person has read its exact command and approved it. A change of an argument, of a
        variable's name, of the folder or of the program found requires a new approval.
        """)
    { List(), Show(), Approve(), Revoke() };

    private static Command List()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Print the approved commands, and those that wait for approval.\n\nExample:\n  gatehouse wrap command list")
            { json };
        command.SetAction((parsed, cancellation) => LocalHostControl.RunAsync(
            new ListCommands(),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("commands", reply.As<CommandList>().Commands, OutputJson.Default.CommandViews);
                else Print(reply.As<CommandList>().Commands);
            },
            cancellation));
        return command;
    }

    private static Command Show()
    {
        var id = Id("Id of the command, as 'command list' prints it, or its first digits.");
        var command = new Command("show", "Print a command in full, with its findings.\n\nExample:\n  gatehouse wrap command show 4f1c2a9b7d30")
            { id };
        command.SetAction((parsed, cancellation) => WithOneAsync(
            parsed.GetValue(id)!,
            view =>
            {
                Terminal.Screen(CommandText.Show(view.Name, view.ToCommand()), beside: false);
                return Task.FromResult(ExitCodes.Done);
            },
            cancellation));
        return command;
    }

    private static Command Approve()
    {
        var id = new Argument<string?>("id")
        { Description = "Id of the command, or its first digits. Default: the newest command that waits for approval.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("approve",
            """
            Approve a command, after it is shown in full. If you type yes at the terminal, the command may start from now on. You can
            approve only at the terminal: an argument, a variable, a file or a pipe cannot approve.

            Examples:
              gatehouse wrap command approve
              gatehouse wrap command approve 4f1c2a9b7d30
            """)
        { id };
        command.SetAction((parsed, cancellation) => WithOneAsync(parsed.GetValue(id), view => ApproveAsync(view, cancellation), cancellation));
        return command;
    }

    private static Command Revoke()
    {
        var id = Id("Id of the command, or its first digits.");
        var command = new Command("revoke",
            "Revoke an approval. The next start asks again. A running server continues.\n\nExample:\n  gatehouse wrap command revoke 4f1c2a9b7d30")
                { id };
        command.SetAction((parsed, cancellation) => WithOneAsync(
            parsed.GetValue(id)!,
            view => LocalHostControl.RunAsync(new RevokeCommandApproval(view.Digest), ControlCall.ShowMessage, cancellation),
            cancellation));
        return command;
    }

    private static Argument<string> Id(string description) => new("id") { Description = description };

    private static async Task<int> ApproveAsync(CommandView view, CancellationToken cancellation)
    {
        var reply = await CommandApprovals.RecordAsync([(view.Name, view.ToCommand())], cancellation).ConfigureAwait(false);
        return ControlCall.Show(reply, ControlCall.ShowMessage);
    }

    private static async Task<int> WithOneAsync(string? id, Func<CommandView, Task<int>> act, CancellationToken cancellation)
    {
        try
        {
            var reply = await LocalHostControl.SendAsync(new ListCommands(), cancellation).ConfigureAwait(false);
            if (!reply.Ok) return ControlCall.Show(reply, ControlCall.ShowMessage);
            var found = Find(reply.As<CommandList>().Commands, id);
            if (found.Count == 1) return await act(found[0]).ConfigureAwait(false);
            Terminal.Fault(found.Count == 0 ? id is null ? "no command waits for approval" : $"there is no command {id}" : $"several commands begin with {id}");
            Terminal.Hint("list them with: gatehouse wrap command list");
            return ExitCodes.No;
        }
        catch (IOException e)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }
    }

    private static List<CommandView> Find(IReadOnlyList<CommandView> commands, string? id) => id is null
        ? [.. commands.Where(view => !view.IsApproved).Take(1)]
        : [.. commands.Where(view => view.Digest.StartsWith(id, StringComparison.Ordinal))];

    private static void Print(IReadOnlyList<CommandView> commands)
    {
        if (commands.Count == 0)
        {
            Terminal.Note("no command is requested or approved");
            return;
        }

        Terminal.Lines(commands.Select(CommandText.Line).Prepend($"{"ID",-12}  {"STATE",-8}  {"SERVER",-20}  COMMAND"));
    }
}
