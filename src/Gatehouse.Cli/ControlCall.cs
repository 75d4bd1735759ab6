using Gatehouse.Gateway.Control;

namespace Gatehouse.Cli;

/// <summary>One call on the control socket with the exit code it deserves.</summary>
internal static class ControlCall
{
    public static async Task<int> RunAsync(string? state, string? config, ControlRequest request, Action<ControlReply> show, CancellationToken cancellation)
    {
        if (CommonOptions.StateFolder(state, config) is not { } folder) return ExitCodes.Usage;
        ControlReply reply;
        try
        {
            reply = await ControlClient.SendAsync(Path.Combine(Path.GetFullPath(folder), "control.sock"), request, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }

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

    public static void ShowMessage(ControlReply reply) => Terminal.Note(reply.Message ?? "done");
}
