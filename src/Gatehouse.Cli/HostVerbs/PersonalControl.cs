using Gatehouse.Gateway.Control;
using Gatehouse.Link;
using Gatehouse.Wrap;

namespace Gatehouse.Cli;

/// <summary>Calls on the control socket of this account's host, which is started when it is not there.</summary>
internal static class PersonalControl
{
    /// <summary>Where everything of this account is.</summary>
    /// <exception cref="IOException">The account has no home.</exception>
    public static LinkPlaces Places => LinkPlaces.Of(Environment.GetEnvironmentVariable);

    /// <summary>Sends a request.</summary>
    /// <param name="request">The act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="start">False leaves a host that does not run as it is, and the call fails then.</param>
    /// <exception cref="IOException">The host cannot be reached or started; the message names the remedy.</exception>
    public static async Task<ControlReply> SendAsync(ControlRequest request, CancellationToken cancellation, bool start = true)
    {
        var places = Places;
        if (start)
        {
            var connection = await new HostStarter(places).ConnectAsync(cancellation).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        if (!start && !File.Exists(places.ControlSocket))
            throw new IOException("no host of this account is running: no wrapped server is connected; the next one starts it");
        return await ControlClient.SendAsync(places.ControlSocket, request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a request and shows the answer; the exit code it deserves.</summary>
    public static async Task<int> RunAsync(ControlRequest request, Action<ControlReply> show, CancellationToken cancellation, bool start = true)
    {
        try
        {
            return Show(await SendAsync(request, cancellation, start).ConfigureAwait(false), show);
        }
        catch (IOException e)
        {
            Terminal.Fault(e.Message);
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>Shows an answer; the exit code it deserves.</summary>
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
}
