using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Cli.WrapCommands;

/// <summary><c>gatehouse host run|status|reload|check|stop</c>: the host that all wrapped servers of an account share.</summary>
internal static class HostCommand
{
    // The host ends exchanges, waits for servers whose clients have ended, and writes the entries that wait.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Command Create() =>
        new("host", "Manage the host of this account, which guards all wrapped local servers. It starts and ends by itself.")
            { Run(), Status(), Reload(), Check(), Stop() };

    private static StayingCommand Run()
    {
        var command = new StayingCommand("run",
            "Run the host until no server has used it for host.idle. Wrappers start it automatically.\n\nExample:\n  gatehouse host run");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static Command Status() => Simple("status", "Show the connected servers. The command starts nothing.", new ShowStatus(),
        reply => StatusText.Print(reply.As<StatusReport>().Facts));

    private static Command Reload() =>
        Simple("reload", "Put the personal configuration in force now. The host also reads it at each start of a server.", new Reload(),
            ControlCall.ShowMessage);

    private static Command Stop()
    {
        var command = new Command("stop",
            "End the host, and wait until its process is gone. Servers that are connected continue with another host, and calls in progress are answered with an error.\n\n" +
            "Example:\n  gatehouse host stop");
        command.SetAction((_, cancellation) => StopAsync(cancellation));
        return command;
    }

    // The host answers before it closes its log and its store. Its files are free for the next one only when the process is gone.
    private static async Task<int> StopAsync(CancellationToken cancellation)
    {
        int? host = null;
        var code = await SendAsync(new ShowStatus(), status => host = ProcessOf(status), cancellation).ConfigureAwait(false);
        if (code == ExitCodes.Done) code = await SendAsync(new StopHost(), ControlCall.ShowMessage, cancellation).ConfigureAwait(false);
        if (code != ExitCodes.Done || host is not { } id || await HasEndedAsync(id, cancellation).ConfigureAwait(false)) return code;
        var number = id.ToString(CultureInfo.InvariantCulture);
        Terminal.Fault($"the host (process {number}) was asked to end, and did not end within {LongestEnd.TotalSeconds:0} s");
        Terminal.Hint("wait until the process is gone before you move or delete its files; its own log says what it does");
        return ExitCodes.Unavailable;
    }

    private static int? ProcessOf(ControlReply status) =>
        int.TryParse(status.As<StatusReport>().Facts.GetValueOrDefault("pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static async Task<bool> HasEndedAsync(int id, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!IsGone(id))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > LongestEnd) return false;
            await Task.Delay(Pause, TimeProvider.System, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    // Its lock is free once it closed everything, also where its parent has not collected the process. A next host takes the lock
    // immediately, and then the process tells.
    private static bool IsGone(int id)
    {
        using var free = FileLock.TryTake(LocalHostControl.Places.RunLock);
        if (free is not null) return true;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static Command Simple(string name, string description, AdministrativeAction act, Action<ControlReply> show)
    {
        var command = new Command(name, $"{description}\n\nExample:\n  gatehouse host {name}");
        command.SetAction((_, cancellation) => SendAsync(act, show, cancellation));
        return command;
    }

    private static Task<int> SendAsync(AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation) =>
        LocalHostControl.RunAsync(act, show, cancellation, start: false);

    private static Command Check()
    {
        var command = new Command("check", "Check the personal configuration file, and print its location.\n\nExample:\n  gatehouse host check");
        command.SetAction(_ =>
        {
            try
            {
                var places = LocalHostControl.Places;
                var faults = LocalHost.CheckConfiguration(places);
                if (faults.Count > 0) FaultText.Print(places.Configuration, faults);
                else Terminal.NoteLine(File.Exists(places.Configuration)
                    ? $"{places.Configuration}: no faults" : $"{places.Configuration} does not exist; the preset 'personal' is in force");
                return faults.Count > 0 ? ExitCodes.Usage : ExitCodes.Done;
            }
            catch (IOException e)
            {
                Terminal.Fault(e.Message);
                return ExitCodes.Unavailable;
            }
        });
        return command;
    }

    // The starter waits for one line: ready, running, or the fault that prevents it. After that no process reads its output.
    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        HostSession.Begin();
        HostLog? log = null;
        try
        {
            var places = LocalHostControl.Places;
            Ipc.RuntimePaths.MakePrivate(places.State);
            log = new HostLog(places.Log, TimeProvider.System);
            var options = new GatewayHostOptions { Log = new LineLogger(log.Write), ServerOutput = log.Write };
            var host = await LocalHost.StartAsync(new LocalHostOptions { Places = places, Host = options }).ConfigureAwait(false);
            Say(host is null ? "running" : "ready");
            if (host is null) return ExitCodes.Done;
            await using (host.ConfigureAwait(false)) await UntilEndedAsync(host, cancellation).ConfigureAwait(false);
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or KeyRingException or StoreException
            or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            log?.Write("not started: " + e.Message);
            Say(e.Message.ReplaceLineEndings(" "));
            return ExitCodes.Unavailable;
        }
        finally
        {
            log?.Dispose();
        }
    }

    private static void Say(string line)
    {
        try
        {
            Terminal.Row(line);
        }
        catch (IOException)
        {
            // The starter has gone.
        }
    }

    private static async Task UntilEndedAsync(LocalHost host, CancellationToken cancellation)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        using var cancelled = cancellation.Register(() => host.Stop("it received a signal to end"));
        await host.Ended.ConfigureAwait(false);
    }
}
