using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.Administration.Control;

/// <summary>The command's end of the control socket.</summary>
public static class ControlClient
{
    /// <summary>Sends an act with the proof of a person, and returns the answer.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="act">The act.</param>
    /// <param name="token">The access token of the person; null for none.</param>
    /// <param name="isConfirmed">True where a person typed a confirmation at this terminal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="IOException">No gateway runs with this state folder; the message names the remedy.</exception>
    internal static async Task<ControlReply> SendAsync(
        string path, AdministrativeAction act, string? token, bool isConfirmed, CancellationToken cancellation)
    {
#pragma warning disable RS0030 // A socket of this machine, in a folder of this account.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore RS0030
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new IOException(WhyNot(path, e.SocketErrorCode, act is IssueDevelopmentToken), e);
        }

        try
        {
            using var stream = new NetworkStream(socket);
            var line = JsonSerializer.SerializeToUtf8Bytes(ActRequest.Of(act, token, isConfirmed), ControlJson.Default.ActRequest);
            await stream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellation).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(stream, ControlJson.Default.ControlReply, cancellation).ConfigureAwait(false)
                ?? throw NoAnswer(path, null);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw NoAnswer(path, e);
        }
    }

    /// <summary>Returns the reason why a socket cannot be reached, with its remedy.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="fault">The fault of the system.</param>
    /// <param name="isOfDevelopment">True for an act that only a gateway of <c>--dev</c> does.</param>
    internal static string WhyNot(string path, SocketError fault, bool isOfDevelopment = false) => fault == SocketError.AccessDenied
        ? $"this account may not open {path}, so it is not known whether a gateway runs there; run the command as the account that runs the gateway"
        : $"no gateway answers at {path}; start a gateway with 'gatehouse serve{(isOfDevelopment ? " --dev" : "")}', or give its state folder with --state";

    // A gateway that ends meanwhile, or another program at this path.
    private static IOException NoAnswer(string path, Exception? fault) => new(
        $"the gateway at {path} ended the connection before its answer was whole; look at it with 'gatehouse status', then run the command again", fault);
}
