using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Cli.Output;
using Gatehouse.Outbound;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse health</c>.</summary>
internal static class HealthCommand
{
    private const int LargestAnswer = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var json = CommonOptions.Json();
        var command = new Command("health",
            """
            Ask the gateway whether it is ready, for probes of containers and services. With management.url in the configuration the
            command asks that listener, and leaves nothing in the audit log. Otherwise, and with --state, it asks the control socket:
            the audit log then counts each call as an access of this account. An answer takes at most 2 s.

            Exit codes: 0 ready, 1 the gateway answers and is not ready, 2 wrong command line or configuration, 3 no gateway answers.

            Example:
              gatehouse health --config /etc/gatehouse/gatehouse.yaml
            """)
        { config, state, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (await AskAsync(parsed.GetValue(config), parsed.GetValue(state), cancellation).ConfigureAwait(false) is not { } answer)
                return ExitCodes.Usage;
            if (parsed.GetValue(json)) JsonOutput.Write("health", answer.ToJson());
            else if (answer.Code == ExitCodes.Done) Terminal.Row(answer.Words);
            else Terminal.Fault(answer.Words);
            return answer.Code;
        });
        return command;
    }

    // Null where the configuration names no gateway; its faults are printed.
    private static async Task<Answer?> AskAsync(string? config, string? state, CancellationToken cancellation)
    {
        if (state is not null) return await AskControlAsync(state, cancellation).ConfigureAwait(false);
        var read = CommonOptions.ReadAsServed(config);
        // A port of 0 is known only to the gateway. A file that became faulty after the start does not end a gateway: its socket is asked.
        if (read.Settings?.Management.Url is { Port: not 0 } url) return await AskManagementAsync(url, cancellation).ConfigureAwait(false);
        if (read.StateFolder is { } folder) return await AskControlAsync(folder, cancellation).ConfigureAwait(false);
        CommonOptions.PrintFaults(read);
        return null;
    }

    private static async Task<Answer> AskManagementAsync(Uri url, CancellationToken cancellation)
    {
        using var client = new PlainClient(new OutboundHandlers(new SystemNameResolver()), TimeProvider.System);
        try
        {
            var (status, body) = await client.GetAsync(new Uri(url, "/readyz"), LargestAnswer, Patience, cancellation).ConfigureAwait(false);
            return status switch
            {
                200 => Answer.Ready,
                503 => Answer.NotReady(Encoding.UTF8.GetString(body).Trim()),
                _ => Answer.None(string.Create(CultureInfo.InvariantCulture,
                    $"the answer of {url} has the status {status}: another program has the port of management.url; give it a port of its own")),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Answer.TooLate(url.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Answer.None($"no gateway answers at {url} (management.url): {e.GetBaseException().Message}");
        }
        catch (TypeInitializationException e) when (e.GetBaseException() is CryptographicException)
        {
            return Answer.None("nothing was asked: the system gives no random numbers, /dev/urandom cannot be read; mount /dev in this root folder");
        }
    }

    private static async Task<Answer> AskControlAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Join(Path.GetFullPath(folder), "control.sock");
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            var reply = await ControlClient.SendAsync(path, new ShowStatus(), null, false, either.Token).ConfigureAwait(false);
            if (!reply.Ok) return Answer.None(reply.Message ?? "the gateway refused the question");
            if (reply.As<StatusReport>().Facts.GetValueOrDefault("ready") == "yes") return Answer.Ready;
            return Answer.NotReady("see 'gatehouse status'");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Answer.TooLate(path);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return Answer.None(e.Message);
        }
        catch (ArgumentOutOfRangeException)
        {
            return Answer.None($"the path of the state folder {folder} is too long for a socket; move it to a shorter path");
        }
    }

    private sealed record Answer(int Code, string Words)
    {
        public static Answer Ready { get; } = new(ExitCodes.Done, "ready");

        public static Answer NotReady(string why) => new(ExitCodes.No, $"not ready: {why}");

        public static Answer None(string why) => new(ExitCodes.Unavailable, why);

        public static Answer TooLate(string place) => None(string.Create(CultureInfo.InvariantCulture,
            $"no answer from {place} within {Patience.TotalSeconds} s"));

        public JsonFields ToJson() => new() { ["ready"] = Code == ExitCodes.Done, ["answers"] = Code != ExitCodes.Unavailable, ["words"] = Words };
    }
}
