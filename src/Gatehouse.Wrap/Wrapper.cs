using System.Runtime.InteropServices;
using Gatehouse.Ipc;
using Gatehouse.Isolation;
using Gatehouse.Text;

namespace Gatehouse.Wrap;

/// <summary>
/// One wrapped server from its start to its end. It carries bytes and decides nothing: the host decides what may pass, and without a host nothing
/// passes (design rule 13).
/// </summary>
internal sealed class Wrapper : IAsyncDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    // The time in which the last data of a host that has ended must be there.
    private static readonly TimeSpan LastData = TimeSpan.FromSeconds(2);

    private readonly WrapArguments arguments;
    private readonly Func<RuntimePaths> places;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ending = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly CurrentHost<HostConnection> present = new();
    private readonly ClientEnd client;
    private readonly ClientRequests requests;
    private ChildEnd? child;
    private Task carrying = Task.CompletedTask;

    /// <summary>Starts nothing yet.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="input">What the client sends.</param>
    /// <param name="output">What the client reads.</param>
    /// <param name="places">Finds the paths of this account.</param>
    /// <param name="time">The clock of waits for a host.</param>
    public Wrapper(WrapArguments arguments, Stream input, Stream output, Func<RuntimePaths> places, TimeProvider time)
    {
        this.arguments = arguments;
        this.places = places;
        this.time = time;
        client = new ClientEnd(output, ending.Token);
        requests = new ClientRequests(new ClientLines(input), client, present, ending.Token);
    }

    /// <summary>Runs until the client or the server ends, and returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        CommandLine command;
        try
        {
            command = Resolve();
        }
        catch (ProcessStartException e)
        {
            return await RefuseAsync(NotStarted(e)).ConfigureAwait(false);
        }

        var connector = new HostConnector(arguments.Name, command, places, time);
        var (first, refusal) = await connector.OpenFirstAsync(ending.Token).ConfigureAwait(false);
        if (first is null) return await RefuseAsync(refusal!).ConfigureAwait(false);
        refusal = await StartChildAsync(first, command, connector).ConfigureAwait(false);
        if (refusal is not null) return await RefuseAsync(refusal).ConfigureAwait(false);
        OnSignals();
        return await CarryAsync(first, connector).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var signal in signals) signal.Dispose();
        if (child is not null) await child.DisposeAsync().ConfigureAwait(false);
        client.Dispose();
        ending.Dispose();
    }

    // The words go to the client and into its log of the server: the program is text from outside.
    private static IpcRefusal NotStarted(ProcessStartException e) =>
        new("GH7001", "The gateway cannot reach the MCP server.", VisibleText.Escape(e.Message));

    private CommandLine Resolve()
    {
        var folder = Environment.CurrentDirectory;
        var environment = CommandEnvironment.Of(arguments.Environment);
        var program = LocalProcess.FindProgram(arguments.Command[0], folder, environment);
        return new CommandLine(arguments.Command, program, folder, CommandEnvironment.Approved(arguments.Environment));
    }

    // The host allowed it; not before. It learns of the child, or why there is none.
    private async Task<IpcRefusal?> StartChildAsync(HostConnection host, CommandLine command, HostConnector connector)
    {
        var (refusal, why) = ((IpcRefusal?)null, "");
        try
        {
            child = ChildEnd.Start(arguments, command, host.Welcome);
        }
        catch (ProcessStartException e)
        {
            (refusal, why) = (NotStarted(e), e.Message);
        }

        var unreported = await connector.OpenChildAsync(host, child?.ProcessId ?? 0, why, ending.Token).ConfigureAwait(false);
        refusal ??= unreported;
        if (refusal is null) return null;
        if (child is not null) await child.DisposeAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        return refusal;
    }

    private async Task<int> CarryAsync(HostConnection first, HostConnector connector)
    {
        requests.Adopt(first.Welcome);
        var reading = Task.Run(requests.CarryAsync);
        var serving = ServeAsync(first, connector);
        // After its client's end the host has the time that the server has, to answer what is under way.
        if (await Task.WhenAny(serving, reading).ConfigureAwait(false) == reading)
            await Task.WhenAny(serving, Task.Delay(TimeSpan.FromMilliseconds(first.Welcome.GraceMilliseconds) + Margin)).ConfigureAwait(false);
        // Requests that came while no host was there get the reason.
        if (requests.IsGivenUp) await Task.WhenAny(reading, Task.Delay(Margin)).ConfigureAwait(false);
        return await EndAsync(serving).ConfigureAwait(false);
    }

    // Null as well where the wrapper was ended by signal.
    private async Task<int?> ServeAsync(HostConnection first, HostConnector connector)
    {
        try
        {
            return await ServeHostsAsync(first, connector).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
    }

    // One host after the other, until everything was sent or the server is given up.
    private async Task<int?> ServeHostsAsync(HostConnection first, HostConnector connector)
    {
        var host = first;
        while (true)
        {
            var isDone = await ServeOneAsync(host).ConfigureAwait(false) || requests.HasEnded || ending.IsCancellationRequested;
            // What the host has sent to the server is written, also the order to end it.
            if (!isDone) await Task.WhenAny(carrying, Task.Delay(LastData)).ConfigureAwait(false);
            await host.DisposeAsync().ConfigureAwait(false);
            if (isDone) return null;
            await requests.FailAsync().ConfigureAwait(false);
            WrapOutput.Tell("the connection to the host ended; calls in progress are answered with GH9005; the wrapper connects to a host again");
            await carrying.ConfigureAwait(false); // the server takes data of one host at a time
            var (next, refusal) = await connector.OpenNextAsync(child!.ProcessId, client.Session, ending.Token).ConfigureAwait(false);
            if (next is null) return await GiveUpAsync(refusal!, connector).ConfigureAwait(false);
            requests.Adopt(next.Welcome);
            host = next;
        }
    }

    private async Task<bool> ServeOneAsync(HostConnection host)
    {
        present.Set(host);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var listening = client.ListenAsync(host.Client.Reader, over.Token);
        carrying = child!.ServeAsync(host.Child!, ending.Token);
        try
        {
            // The child's connection may end first, because the child did. The host's remaining messages come after it.
            if (await Task.WhenAny(listening, carrying).ConfigureAwait(false) == carrying && !child.Exited.IsCompleted) return false;
            return await listening.WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            present.Clear();
            await over.CancelAsync().ConfigureAwait(false);
            // An answer that is being written is not failed as well: the client would get two for one request (JSON-RPC 2.0, section 5).
            await ((Task)listening).WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> GiveUpAsync(IpcRefusal refusal, HostConnector connector)
    {
        WrapOutput.Tell($"{refusal.Code} {refusal.Message} The wrapper ends the server.\n  {refusal.Remedy}\n  The log of the host is "
            + $"{VisibleText.Escape(connector.Places.Log)}.");
        await requests.GiveUpAsync(refusal).ConfigureAwait(false);
        return ExitCode(refusal);
    }

    private async Task<int> EndAsync(Task<int?> serving)
    {
        var wasRunning = child is { Exited.IsCompleted: false };
        if (child is not null) await child.DisposeAsync().ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        if (await serving.ConfigureAwait(false) is { } own) return own;
        return wasRunning || child is null ? 0 : (await child.Exited.ConfigureAwait(false)).Code;
    }

    // A client that ends its servers by signal gets the same end as one that closes their input (G15).
    private void OnSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP })
        {
            signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                ending.Cancel();
            }));
        }
    }

    // Nothing was started. The client learns why from the answer to its first request, the person from the client's log.
    private async Task<int> RefuseAsync(IpcRefusal refusal)
    {
        WrapOutput.Tell($"{refusal.Code} {refusal.Message}\n  {refusal.Remedy}");
        await requests.RefuseFirstAsync(refusal).ConfigureAwait(false);
        return ExitCode(refusal);
    }

    private static int ExitCode(IpcRefusal refusal) => refusal.Code == "GH7011" ? 1 : WrapCommand.Unavailable;
}
