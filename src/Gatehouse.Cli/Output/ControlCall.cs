using Gatehouse.Administration;
using Gatehouse.Administration.Control;

namespace Gatehouse.Cli.Output;

/// <summary>One call on the control socket, with its exit code.</summary>
internal static class ControlCall
{
    /// <summary>Runs an act for which the account is enough, and shows the answer.</summary>
    /// <param name="state">The state folder; null takes it from the configuration.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="elsewhere">The text where no gateway answers: another possible meaning of the command. Null for nothing.</param>
    public static Task<int> RunAsync(string? state, string? config, AdministrativeAction act, Action<ControlReply> show,
        CancellationToken cancellation, string? elsewhere = null) =>
        SendAsync(state, config, ControlFormat.Write(act), show, cancellation, elsewhere);

    /// <summary>
    /// Runs an act that names a person: with an administrator token from a file, otherwise with a confirmation typed at the terminal (design rule
    /// 12).
    /// </summary>
    /// <param name="state">The state folder; null takes it from the configuration.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="tokenFile">The file of the token; null asks at the terminal.</param>
    /// <param name="question">The act in words, for the question.</param>
    /// <param name="act">The act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<int> RunAsPersonAsync(string? state, string? config, string? tokenFile, string question, AdministrativeAction act,
        CancellationToken cancellation)
    {
        string? token = null;
        try
        {
            if (tokenFile is not null) token = (await File.ReadAllTextAsync(tokenFile, cancellation).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }

        // Without a terminal the gateway answers: it knows which other proof it takes.
        var answer = token is null ? TerminalConfirmation.Ask(question) : default;
        if (answer is { IsGiven: false, HasTerminal: true }) return Declined(answer);
        return await SendAsync(state, config, ControlFormat.Write(act) with { AdminToken = token, Confirmed = answer.IsGiven }, ShowMessage,
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Shows an answer, and returns its exit code.</summary>
    public static int Show(ControlReply reply, Action<ControlReply> show)
    {
        if (reply.Ok)
        {
            show(reply);
            return ExitCodes.Done;
        }

        Terminal.Fault(reply.Message ?? "refused");
        foreach (var fault in reply.Faults ?? []) Terminal.Hint(fault);
        if (reply.Remedy is not null) Terminal.Hint($"remedy: {reply.Remedy}");
        return ExitCodes.No;
    }

    /// <summary>Reports that a person did not confirm an act, and returns the exit code.</summary>
    public static int Declined(Confirmation answer)
    {
        Terminal.Fault($"not confirmed, because {answer.Reason}; nothing was changed");
        return ExitCodes.No;
    }

    public static void ShowMessage(ControlReply reply) => Terminal.NoteLine(reply.Message ?? "done");

    private static async Task<int> SendAsync(
        string? state, string? config, ControlRequest request, Action<ControlReply> show, CancellationToken cancellation, string? elsewhere = null)
    {
        if (CommonOptions.StateFolder(state, config) is not { } folder) return ExitCodes.Usage;
        try
        {
            return Show(await ControlClient.SendAsync(Path.Combine(Path.GetFullPath(folder), "control.sock"), request,
                cancellation).ConfigureAwait(false), show);
        }
        catch (IOException e)
        {
            Terminal.Fault(e.Message);
            if (elsewhere is not null) Terminal.Hint(elsewhere);
            return ExitCodes.Unavailable;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The system takes no address of a socket that is longer than some hundred bytes.
            Terminal.Fault($"the path of the state folder {folder} is too long for a socket");
            return ExitCodes.Unavailable;
        }
    }
}
