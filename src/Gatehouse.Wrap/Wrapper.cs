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
    // The number of searches for a host that is gone, before the server is given up.
    private const int MostAttempts = 3;
    private const int DefaultLineBytes = 4 << 20;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly IpcRefusal HostGone = new("GH9005",
        "The host that guards this server ended before the call was answered. The call may have acted.",
        "Check whether the call had its effect. The server continues if its command is still approved, and new calls work.");

    // The time in which the last data of a host that has ended must be there.
    private static readonly TimeSpan LastData = TimeSpan.FromSeconds(2);

    private readonly WrapArguments arguments;
    private readonly ClientEnd client;
    private readonly ClientLines lines = new(Console.OpenStandardInput());
    private readonly CancellationTokenSource ending = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Lock gate = new();
    private TaskCompletionSource<HostConnection?> link = NewLink();
    private IpcRefusal? givenUp; // why no host takes lines any more
    private ChildEnd? child;
    private Task carrying = Task.CompletedTask;
    private int attempts;
    private volatile int maxLineBytes = DefaultLineBytes;
    private volatile bool inputEnded;

    public Wrapper(WrapArguments arguments)
    {
        this.arguments = arguments;
        client = new ClientEnd(ending.Token);
    }

    // Made at the first use: the client gets the reason for which there are none.
    private RuntimePaths Places => field ??= RuntimePaths.Of(Environment.GetEnvironmentVariable);

    private HostStarter Starter => field ??= new HostStarter(Places);

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

        var (first, refusal) = await OpenFirstAsync(command).ConfigureAwait(false);
        if (first is null) return await RefuseAsync(refusal!).ConfigureAwait(false);
        if (await StartChildAsync(first, command).ConfigureAwait(false) is { } fault) return await RefuseAsync(fault).ConfigureAwait(false);
        OnSignals();
        var reading = Task.Run(ReadClientAsync);
        var serving = ServeAsync(first, command);
        // After its client's end the host has the time that the server has, to answer what is under way.
        if (await Task.WhenAny(serving, reading).ConfigureAwait(false) == reading)
            await Task.WhenAny(serving, Task.Delay(TimeSpan.FromMilliseconds(first.Welcome.GraceMilliseconds) + Margin)).ConfigureAwait(false);
        // Requests that came while no host was there get the reason.
        if (givenUp is not null) await Task.WhenAny(reading, Task.Delay(Margin)).ConfigureAwait(false);
        return await EndAsync(serving).ConfigureAwait(false);
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

    private static bool IsFaultOfHost(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException;

    // The cause is in the answer as well, because some clients show no other text of a server.
    private static IpcRefusal NoHost(string cause) => new("GH9006", "The host that guards this server did not start, or did not accept the server.",
        $"{VisibleText.Escape(cause).TrimEnd('.')}. Correct this, and start the server again.");

    private static TaskCompletionSource<HostConnection?> NewLink() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CommandLine Resolve()
    {
        var folder = Environment.CurrentDirectory;
        var environment = CommandEnvironment.Of(arguments.Environment);
        return new CommandLine(arguments.Command, LocalProcess.FindProgram(arguments.Command[0], folder, environment), folder, arguments.Environment);
    }

    private Task<(HostConnection?, IpcRefusal?)> OpenAsync(CommandLine command) => HostConnection.OpenAsync(
        Starter,
        new ClientHello
        {
            Name = arguments.Name,
            Command = command,
            Session = client.Session,
            Attempt = attempts,
            Configuration = Places.Configuration,
            TakesNotices = true
        },
        ending.Token);

    private async Task<(HostConnection?, IpcRefusal?)> OpenFirstAsync(CommandLine command)
    {
        try
        {
            return await OpenAsync(command).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFaultOfHost(e))
        {
            return (null, NoHost(e.Message));
        }
    }

    // The host allowed it; not before. It learns of the child, or why there is none.
    private async Task<IpcRefusal?> StartChildAsync(HostConnection host, CommandLine command)
    {
        Adopt(host);
        var (refusal, why) = ((IpcRefusal?)null, "");
        try
        {
            child = ChildEnd.Start(arguments, command, TimeSpan.FromMilliseconds(host.Welcome.GraceMilliseconds));
        }
        catch (ProcessStartException e)
        {
            (refusal, why) = (NotStarted(e), e.Message);
        }

        try
        {
            await host.OpenChildAsync(Places, child?.ProcessId ?? 0, why, ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFaultOfHost(e))
        {
            refusal ??= NoHost(e.Message);
        }

        if (refusal is null) return null;
        if (child is not null) await child.DisposeAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        return refusal;
    }

    private void Adopt(HostConnection host)
    {
        maxLineBytes = host.Welcome.MaxLineBytes;
        if (host.Welcome.Note.Length > 0) WrapOutput.Tell(host.Welcome.Note);
    }

    // Null as well where the wrapper was ended by signal.
    private async Task<int?> ServeAsync(HostConnection first, CommandLine command)
    {
        try
        {
            return await ServeHostsAsync(first, command).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
    }

    // One host after the other, until everything was sent or the server is given up.
    private async Task<int?> ServeHostsAsync(HostConnection first, CommandLine command)
    {
        var host = first;
        var pause = TimeSpan.Zero;
        while (true)
        {
            var began = TimeProvider.System.GetTimestamp();
            var isDone = await ServeOneAsync(host).ConfigureAwait(false) || inputEnded || ending.IsCancellationRequested;
            // What the host has sent to the server is written, also the order to end it.
            if (!isDone) await Task.WhenAny(carrying, Task.Delay(LastData)).ConfigureAwait(false);
            await host.DisposeAsync().ConfigureAwait(false);
            if (isDone) return null;
            attempts++;
            await client.FailAsync(HostGone).ConfigureAwait(false);
            WrapOutput.Tell("the connection to the host ended; calls in progress are answered with GH9005; the wrapper connects to a host again");
            await carrying.ConfigureAwait(false); // the server takes data of one host at a time
            pause = NextPause(pause, TimeProvider.System.GetElapsedTime(began));
            await Task.Delay(pause, ending.Token).ConfigureAwait(false);
            (var next, var refusal) = await ReconnectAsync(command).ConfigureAwait(false);
            if (next is null) return await GiveUpAsync(refusal!).ConfigureAwait(false);
            host = next;
        }
    }

    private async Task<bool> ServeOneAsync(HostConnection host)
    {
        lock (gate) link.TrySetResult(host);
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
            lock (gate)
            {
                if (link.Task.IsCompleted) link = NewLink();
            }

            await over.CancelAsync().ConfigureAwait(false);
            // An answer that is being written is not failed as well: the client would get two for one request (JSON-RPC 2.0, section 5).
            await ((Task)listening).WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Hosts that end as soon as they are there, one after the other, would cost as much as the machine gives.
    private static TimeSpan NextPause(TimeSpan last, TimeSpan lived)
    {
        if (lived > LongestPause) return TimeSpan.Zero;
        var next = last == TimeSpan.Zero ? FirstPause : 2 * last;
        return next < LongestPause ? next : LongestPause;
    }

    private async Task<(HostConnection?, IpcRefusal?)> ReconnectAsync(CommandLine command)
    {
        var cause = "";
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            HostConnection? next = null;
            try
            {
                (next, var refusal) = await OpenAsync(command).ConfigureAwait(false);
                if (next is null) return (null, refusal);
                Adopt(next);
                await next.OpenChildAsync(Places, child!.ProcessId, "", ending.Token).ConfigureAwait(false);
                return (next, null);
            }
            catch (Exception e) when (IsFaultOfHost(e))
            {
                if (next is not null) await next.DisposeAsync().ConfigureAwait(false);
                cause = e.Message;
                WrapOutput.Tell($"no connection to a host, attempt {attempt} of {MostAttempts}: {VisibleText.Escape(cause)}");
            }
        }

        return (null, NoHost(cause));
    }

    private async Task<int> GiveUpAsync(IpcRefusal refusal)
    {
        WrapOutput.Tell($"{refusal.Code} {refusal.Message} The wrapper ends the server.\n  {refusal.Remedy}\n  The log of the host is "
            + $"{VisibleText.Escape(Places.Log)}.");
        await client.FailAsync(refusal).ConfigureAwait(false);
        lock (gate)
        {
            givenUp = refusal;
            link.TrySetResult(null);
        }

        return ExitCode(refusal);
    }

    private async Task ReadClientAsync()
    {
        try
        {
            while (await lines.ReadAsync(() => maxLineBytes, ending.Token).ConfigureAwait(false) is { } read)
                await HandOverAsync(read.Line, read.TooLong).ConfigureAwait(false);
            inputEnded = true;
            if (await LinkAsync().ConfigureAwait(false) is { } host)
                await host.Client.Writer.WriteAsync(FrameKind.ClientEnd, ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            inputEnded = true;
        }
    }

    private async ValueTask HandOverAsync(ReadOnlyMemory<byte> line, bool isTooLong)
    {
        if (await LinkAsync().ConfigureAwait(false) is not { } host)
        {
            if (!isTooLong) await client.RefuseAsync(line, givenUp!).ConfigureAwait(false);
            return;
        }

        try
        {
            await client.SendAsync(host.Client.Writer, line, isTooLong, ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            lock (gate)
            {
#pragma warning disable RS0030 // It has completed.
                if (link.Task.IsCompletedSuccessfully && ReferenceEquals(link.Task.Result, host)) link = NewLink();
#pragma warning restore RS0030
            }

            // The requests that waited for this host may have been answered before.
            await client.FailLastAsync(HostGone).ConfigureAwait(false);
        }
    }

    // Null where no host takes lines any more.
    private Task<HostConnection?> LinkAsync()
    {
        lock (gate) return link.Task.WaitAsync(ending.Token);
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
                inputEnded = true;
                ending.Cancel();
            }));
        }
    }

    // Nothing was started. The client learns why from the answer to its first request, the person from the client's log.
    private async Task<int> RefuseAsync(IpcRefusal refusal)
    {
        WrapOutput.Tell($"{refusal.Code} {refusal.Message}\n  {refusal.Remedy}");
        while (await lines.ReadAsync(() => DefaultLineBytes, ending.Token).ConfigureAwait(false) is { } read)
        {
            if (!read.TooLong && await client.RefuseAsync(read.Line, refusal).ConfigureAwait(false)) break;
        }

        return ExitCode(refusal);
    }

    private static int ExitCode(IpcRefusal? refusal) => refusal?.Code == "GH7011" ? 1 : WrapCommand.Unavailable;
}
