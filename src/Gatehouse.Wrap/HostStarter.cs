using System.ComponentModel;
using System.Diagnostics;
using Gatehouse.Files;
using Gatehouse.Ipc;
using Gatehouse.Isolation;

namespace Gatehouse.Wrap;

/// <summary>
/// A starter of the host of this account. It finds the host, and starts it when it is not there. Of several wrappers that start at the same time one
/// starts it.
/// </summary>
/// <param name="places">The paths of this account.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class HostStarter(RuntimePaths places, TimeProvider time)
{
    /// <summary>The time in which a host must be there, and answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The host's needs from the environment, in addition to the minimum: its places, and the place of the runtime. Not the client's secrets, of which
    // this process may have some.
    private static readonly string[] Names = ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "DOTNET_ROOT"];

    /// <summary>Returns a connection to the host.</summary>
    /// <exception cref="IOException">There is none and none can be started; the message says why.</exception>
    public async Task<IpcConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (await IpcConnection.TryConnectAsync(places, cancellation).ConfigureAwait(false) is { } connection) return connection;
        RuntimePaths.MakePrivate(places.State);
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Patience)
        {
            using (var held = FileLock.TryTake(places.StartLock))
            {
                if (await IpcConnection.TryConnectAsync(places, cancellation).ConfigureAwait(false) is { } now) return now;
                if (held is not null) await StartAsync(cancellation).ConfigureAwait(false);
            }

            if (await IpcConnection.TryConnectAsync(places, cancellation).ConfigureAwait(false) is { } then) return then;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation).ConfigureAwait(false);
        }

        throw new IOException($"the host did not answer within {Patience.TotalSeconds:0} s; its log is {places.Log}");
    }

    // It writes "ready" once it listens, or the fault that prevents it.
    private async Task StartAsync(CancellationToken cancellation)
    {
        using var process = StartProcess();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false);
            if (line is "ready" or "running") return;
            throw new IOException(line is { Length: > 0 } ? line : "the host could not be started");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"the host was not ready within {Patience.TotalSeconds:0} s");
        }
    }

    private static Process StartProcess()
    {
        try
        {
            return Process.Start(StartInfo()) ?? throw new IOException("the host could not be started");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"the host could not be started: {new Win32Exception(e.NativeErrorCode).Message}", e);
        }
    }

    // The command: this program, or in an archive the one beside the wrapper.
    private static string HostProgram()
    {
        var self = Environment.ProcessPath!;
        if (Path.GetFileName(self) != "gatehouse-wrap") return self;
        var command = Path.Join(Path.GetDirectoryName(self), "gatehouse");
        if (!Path.Exists(command)) throw new IOException($"{command} does not exist; keep the files of the archive in one folder");
        return FileRights.RefuseProgram(command, self) is { } why ? throw new IOException($"{command} is not started: {why}") : command;
    }

    private static ProcessStartInfo StartInfo()
    {
        var command = HostProgram();
        var info = new ProcessStartInfo
        {
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true, // or it would keep the client's pipe open
        };
        // Out of the client's process tree, which the client ends when it is done with this server.
        if (LaunchTools.OfSystem.Setsid is { } setsid)
        {
            info.FileName = setsid;
            info.ArgumentList.Add("--fork");
            info.ArgumentList.Add(command);
        }
        else
        {
            info.FileName = command;
        }

        // The archive has a program. In a checkout, dotnet is given the assembly.
        if (Path.GetFileNameWithoutExtension(command).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            info.ArgumentList.Add(Path.Join(AppContext.BaseDirectory, "gatehouse.dll"));
        info.ArgumentList.Add("host");
        info.ArgumentList.Add("run");
        info.Environment.Clear();
        foreach (var (name, value) in CommandEnvironment.Of(Names)) info.Environment[name] = value;
        DescriptorGuard.MarkAll();
        return info;
    }
}
