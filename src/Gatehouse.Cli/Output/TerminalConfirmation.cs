using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>
/// A confirmation typed at the terminal device itself, not at stdin: a program that only feeds input cannot give it
/// (design rule 12).
/// </summary>
internal static class TerminalConfirmation
{
    /// <summary>True where there is a terminal at which a person could be asked.</summary>
    public static bool HasTerminal
    {
        get
        {
            try
            {
                using var device = Open();
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Asks a person whether the act may be done, until the command is cancelled. The act may hold outside text, not escaped before.
    /// </summary>
    /// <exception cref="OperationCanceledException">The command was cancelled first.</exception>
    public static Task<Confirmation> AskAsync(string act, CancellationToken cancellation) => AskAsync("", act, cancellation);

    /// <summary>
    /// Asks the same after a text is shown on the same device, so that the person agrees to the text that they saw. The text is escaped already. A
    /// read of a terminal cannot be cancelled: it ends with the process, so that the command can end in order while a person is asked.
    /// </summary>
    /// <exception cref="OperationCanceledException">The command was cancelled first.</exception>
    public static Task<Confirmation> AskAsync(string shown, string act, CancellationToken cancellation) =>
        // On a thread of its own: a read that waits for a person would hold a thread of the pool, which the end of the command needs.
        Task.Factory.StartNew(() => Ask(shown, act), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellation);

    private static Confirmation Ask(string shown, string act)
    {
        try
        {
            using var device = Open();
            using var writer = new StreamWriter(device, leaveOpen: true) { AutoFlush = true };
            using var reader = new StreamReader(device, leaveOpen: true);
            writer.Write(shown);
            writer.Write(VisibleText.Escape($"{act}? Type yes: "));
            return new Confirmation(reader.ReadLine() == "yes", HasTerminal: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new Confirmation(false, HasTerminal: false);
        }
    }

    private static FileStream Open() =>
        new(OperatingSystem.IsWindows() ? "CONIN$" : "/dev/tty", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
}
