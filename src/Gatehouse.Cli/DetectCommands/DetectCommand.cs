using System.CommandLine;

namespace Gatehouse.Cli.DetectCommands;

/// <summary><c>gatehouse detect</c>: the questions about findings in texts of messages, a file a verb.</summary>
internal static class DetectCommand
{
    public static Command Create() => new("detect", "Check texts as the gateway does, and explain findings in messages.")
    {
        DetectTextCommand.Create(),
        DetectFileCommand.Create(),
        DetectReplayCommand.Create(),
        DetectCalibrateCommand.Create(),
    };
}
