using Gatehouse.Ipc;

namespace Gatehouse.Wrap;

/// <summary>The client's lines on their way to the current host. While there is none they wait, and without another they are refused.</summary>
/// <param name="lines">The client's output, split into lines.</param>
/// <param name="client">The client's other end, for errors.</param>
/// <param name="hosts">The current host.</param>
/// <param name="ending">Ends every wait.</param>
internal sealed class ClientRequests(ClientLines lines, ClientEnd client, CurrentHost<HostConnection> hosts, CancellationToken ending)
{
    private const int DefaultLineBytes = 4 << 20;

    private static readonly IpcRefusal HostGone = new("GH9005",
        "The host that guards this server ended before the call was answered. The call may have acted.",
        "Check whether the call had its effect. The server continues if its command is still approved, and new calls work.");

    private IpcRefusal? givenUp;
    private volatile bool hasEnded;
    private volatile int maxLineBytes = DefaultLineBytes;

    /// <summary>True when the client has closed its end, or no line of it is read any more.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>True when no host takes lines any more.</summary>
    public bool IsGivenUp => Volatile.Read(ref givenUp) is not null;

    /// <summary>The host's welcome: the longest line that it takes.</summary>
    public void Adopt(ServerHello welcome) => maxLineBytes = welcome.MaxLineBytes;

    /// <summary>Reads to the client's end, and reports that to the host.</summary>
    public async Task CarryAsync()
    {
        try
        {
            while (await lines.ReadAsync(() => maxLineBytes, ending).ConfigureAwait(false) is { } read)
                await HandOverAsync(read.Line, read.TooLong).ConfigureAwait(false);
            hasEnded = true;
            if (await hosts.WaitAsync(ending).ConfigureAwait(false) is { } host)
                await host.Client.Writer.WriteAsync(FrameKind.ClientEnd, ending).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            hasEnded = true;
        }
    }

    /// <summary>Answers the requests that wait for a host that is gone.</summary>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public Task FailAsync() => client.FailAsync(HostGone);

    /// <summary>Answers the requests that wait, and all that come: there is no other host.</summary>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task GiveUpAsync(IpcRefusal refusal)
    {
        await client.FailAsync(refusal).ConfigureAwait(false);
        Volatile.Write(ref givenUp, refusal);
        hosts.End();
    }

    /// <summary>Answers the first request of the client, where nothing was started.</summary>
    /// <exception cref="OperationCanceledException">The wrapper ends.</exception>
    public async Task RefuseFirstAsync(IpcRefusal refusal)
    {
        while (await lines.ReadAsync(() => maxLineBytes, ending).ConfigureAwait(false) is { } read)
        {
            if (!read.TooLong && await client.RefuseAsync(read.Line, refusal).ConfigureAwait(false)) break;
        }
    }

    private async ValueTask HandOverAsync(ReadOnlyMemory<byte> line, bool isTooLong)
    {
        if (await hosts.WaitAsync(ending).ConfigureAwait(false) is not { } host)
        {
            if (!isTooLong) await client.RefuseAsync(line, givenUp!).ConfigureAwait(false);
            return;
        }

        try
        {
            await client.SendAsync(host.Client.Writer, line, isTooLong, ending).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            hosts.Clear(host);
            // The requests that waited for this host may have been answered before.
            await client.FailLastAsync(HostGone).ConfigureAwait(false);
        }
    }
}
