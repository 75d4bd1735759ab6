using Gatehouse.Ipc;
using Gatehouse.Text;

namespace Gatehouse.Wrap;

/// <summary>Connects a wrapper to its hosts, one after the other, and starts a host where none runs.</summary>
/// <param name="name">Name of the server.</param>
/// <param name="command">Its command.</param>
/// <param name="places">Finds the paths of this account. Called at the first use: the client gets the reason for which there are none.</param>
/// <param name="time">The clock of the pauses and limits.</param>
internal sealed class HostConnector(string name, CommandLine command, Func<RuntimePaths> places, TimeProvider time)
{
    // The number of searches for a host that is gone, before the server is given up.
    private const int MostAttempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private long opened;
    private int hostsBefore;
    private TimeSpan pause;

    /// <summary>The paths of this account.</summary>
    /// <exception cref="IOException">It has none; the message names the remedy.</exception>
    public RuntimePaths Places => field ??= places();

    private HostStarter Starter => field ??= new HostStarter(Places, time);

    /// <summary>Opens the client's connection to the first host. The server is not started yet.</summary>
    /// <returns>The connection, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task<(HostConnection? Host, IpcRefusal? Refusal)> OpenFirstAsync(CancellationToken cancellation)
    {
        try
        {
            return await OpenAsync("", cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFaultOfHost(e))
        {
            return (null, NoHost(e.Message));
        }
    }

    /// <summary>Opens the child's connection, or reports to the host why there is no child.</summary>
    /// <param name="host">The first host.</param>
    /// <param name="processId">The child's process number, 0 where there is none.</param>
    /// <param name="fault">Why there is none; empty otherwise.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null, or why the host does not have the child.</returns>
    public async Task<IpcRefusal?> OpenChildAsync(HostConnection host, int processId, string fault, CancellationToken cancellation)
    {
        try
        {
            await host.OpenChildAsync(Places, processId, fault, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (IsFaultOfHost(e))
        {
            return NoHost(e.Message);
        }
    }

    /// <summary>Opens both connections to the next host, after a pause where the last one ended soon.</summary>
    /// <param name="processId">The child's process number.</param>
    /// <param name="session">Sealed handle of the session that continues; empty for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The connection, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task<(HostConnection? Host, IpcRefusal? Refusal)> OpenNextAsync(int processId, string session, CancellationToken cancellation)
    {
        hostsBefore++;
        pause = NextPause(pause, time.GetElapsedTime(opened));
        await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        var cause = "";
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            HostConnection? next = null;
            try
            {
                (next, var refusal) = await OpenAsync(session, cancellation).ConfigureAwait(false);
                if (next is null) return (null, refusal);
                await next.OpenChildAsync(Places, processId, "", cancellation).ConfigureAwait(false);
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

    private async Task<(HostConnection?, IpcRefusal?)> OpenAsync(string session, CancellationToken cancellation)
    {
        var hello = new ClientHello
        {
            Name = name,
            Command = command,
            Session = session,
            Attempt = hostsBefore,
            Configuration = Places.Configuration,
            TakesNotices = true
        };
        var (host, refusal) = await HostConnection.OpenAsync(Starter, hello, time, cancellation).ConfigureAwait(false);
        opened = time.GetTimestamp();
        if (host is { Welcome.Note.Length: > 0 }) WrapOutput.Tell(host.Welcome.Note);
        return (host, refusal);
    }

    // Hosts that end as soon as they are there, one after the other, would cost as much as the machine gives.
    private static TimeSpan NextPause(TimeSpan last, TimeSpan lived)
    {
        if (lived > LongestPause) return TimeSpan.Zero;
        var next = last == TimeSpan.Zero ? FirstPause : 2 * last;
        return next < LongestPause ? next : LongestPause;
    }

    private static bool IsFaultOfHost(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException;

    // The cause is in the answer as well, because some clients show no other text of a server.
    private static IpcRefusal NoHost(string cause) => new("GH9006", "The host that guards this server did not start, or did not accept the server.",
        $"{VisibleText.Escape(cause).TrimEnd('.')}. If this names a fault, correct it. Then start the server again.");
}
