using System.CommandLine;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The options of <c>lock</c>.</summary>
internal sealed class LockWriteOptions : LockOptions
{
    /// <summary><c>--reason</c>, with a default: the definitions were read when they were locked.</summary>
    public Option<string> Reason { get; } = new("--reason")
    {
        Description = "Reason for the approval, kept in the lock.",
        HelpName = "text",
        DefaultValueFactory = _ => "read when it was locked",
    };

    /// <summary><c>--unapproved</c>.</summary>
    public Option<bool> Unapproved { get; } = new("--unapproved")
    { Description = "Write new definitions without an approval, so that they can be approved later. The command asks no question." };

    /// <summary><c>--pattern</c>.</summary>
    public Option<string[]> Patterns { get; } = new("--pattern")
    {
        Description = "Text that changes by itself, and a pattern that matches all of it: server/tool/name#/description=PATTERN. Its reason is "
            + "--reason.",
        HelpName = "place=pattern",
    };

    /// <summary>Adds all options to the command, in the order of the help.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { File, Reason, Expires, By, Unapproved, Patterns }) command.Add(option);
        Sources.AddTo(command);
    }
}
