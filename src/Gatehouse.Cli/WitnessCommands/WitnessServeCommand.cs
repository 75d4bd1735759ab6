using System.CommandLine;
using Gatehouse.Audit.Witness;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.WitnessHosting;

namespace Gatehouse.Cli.WitnessCommands;

/// <summary><c>gatehouse witness serve</c>.</summary>
internal static class WitnessServeCommand
{
    private const string Default = "http://127.0.0.1:8090";

    public static Command Create()
    {
        var state = WitnessCommand.State();
        var listen = new Option<string>("--listen") { Description = "Address and port. The host is an IP address or localhost.", HelpName = "url", DefaultValueFactory = _ => Default };
        var certificate = new Option<string?>("--certificate") { Description = "PEM file of the certificate, followed by its intermediates. Needed with https.", HelpName = "file" };
        var key = new Option<string?>("--key") { Description = "PEM file of the private key of the certificate.", HelpName = "file" };
        var command = new StayingCommand("serve",
            """
            Run a witness until SIGTERM or Ctrl+C. Off loopback it accepts only https. Gateways submit checkpoints to
            URL/add-checkpoint; monitors read the latest cosigned checkpoint of a log at URL/HASH/checkpoint, with the SHA-256 of its origin.

            Examples:
              gatehouse witness serve --state /var/lib/witness
              gatehouse witness serve --state /var/lib/witness --listen https://0.0.0.0:8443 --certificate cert.pem --key key.pem
            """)
        { state, listen, certificate, key };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!Uri.TryCreate(parsed.GetValue(listen), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/"
                || (url.Host != "localhost" && url.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6)))
            {
                Terminal.Fault("--listen is no address to listen on");
                Terminal.Hint($"write http:// or https://, an IP address or localhost, and a port, such as {Default}");
                return ExitCodes.Usage;
            }

            if (url.Scheme == "http" && (parsed.GetValue(certificate) ?? parsed.GetValue(key)) is not null)
            {
                Terminal.Fault("--certificate and --key cannot be combined with an address of http://: nothing would be encrypted");
                Terminal.Hint("write https:// in --listen, or leave the options out");
                return ExitCodes.Usage;
            }

            try
            {
                using var witness = WitnessService.Open(parsed.GetValue(state)!, TimeProvider.System);
                return await ServeAsync(new WitnessListenerOptions
                {
                    Witness = witness,
                    Listen = url,
                    CertificateFile = parsed.GetValue(certificate),
                    KeyFile = parsed.GetValue(key),
                    Log = Terminal.NoteLine,
                }, cancellation).ConfigureAwait(false);
            }
            catch (WitnessRefusalException e)
            {
                Terminal.Fault(e.Message);
                Terminal.Hint(e.Remedy);
                return ExitCodes.Unavailable;
            }
            catch (WitnessAddressException e)
            {
                Terminal.Fault(e.Message);
                Terminal.Hint("give a free address of this machine with --listen, or end the process that has the port");
                return ExitCodes.Unavailable;
            }
            catch (InvalidDataException e)
            {
                Terminal.Fault(e.Message);
                Terminal.Hint("see: gatehouse witness serve --help");
                return ExitCodes.Usage;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return WitnessCommand.ReportFolder(e);
            }
        });
        return command;
    }

    private static async Task<int> ServeAsync(WitnessListenerOptions options, CancellationToken cancellation)
    {
        var listener = await WitnessListener.StartAsync(options).ConfigureAwait(false);
        await using (listener.ConfigureAwait(false))
        {
            if (options.Witness.Logs.Count == 0) Terminal.Note("the witness knows no log yet; add one with 'gatehouse witness add'");
            Terminal.NoteLine($"{options.Witness.Name} listening {listener.Address}");
            await StayingCommand.UntilSignalAsync(cancellation).ConfigureAwait(false);
        }

        return ExitCodes.Done;
    }
}
