using System.CommandLine;

namespace Gatehouse.Cli.UpdateCommands;

/// <summary><c>gatehouse update check|verify</c>.</summary>
internal static class UpdateCommand
{
    public static Command Create() => new("update",
        "Check which release is the newest, and verify downloaded packages. Gatehouse asks only when this command is typed, and installs nothing.")
    { UpdateCheckCommand.Create(), UpdateVerifyCommand.Create() };
}
