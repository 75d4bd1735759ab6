using System.CommandLine;

namespace Gatehouse.Cli.ProtectionCommands;

/// <summary><c>gatehouse protection</c>: the questions about secrets and personal data in messages, a file a verb.</summary>
internal static class ProtectionCommand
{
    public static Command Create() => new("protection", "Try and show the protection of secrets and personal data in messages.")
    {
        ProtectionShowCommand.Create(),
        ProtectionTryCommand.Create(),
        ProtectionReplayCommand.Create(),
        ProtectionOpinionCommand.Create(),
    };
}
