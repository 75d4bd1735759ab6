using System.Net.Sockets;

namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>A way to the server on which the answer to a commit can be lost: the bytes of the commit arrive, those of the answer do not.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-cut-").FullName;
    private readonly string target;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task accepting;
    private volatile bool cuts;
    private int cut;

    public CuttingProxy(PostgreSqlServer server)
    {
        target = server.SocketPath;
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, ".s.PGSQL.5432")));
        listener.Listen();
        accepting = AcceptAsync();
    }

    /// <summary>The address of the server by this way.</summary>
    public string ConnectionString => $"Host={folder};Port=5432;Username=gatehouse;Database=postgres";

    /// <summary>Answers that were lost.</summary>
    public int Cut => Volatile.Read(ref cut);

    /// <summary>Has the answer to the next commit lost.</summary>
    public void CutNextCommit() => cuts = true;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        Directory.Delete(folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync());
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(target));
            var back = CopyAsync(server, client, isFromClient: false);
            await CopyAsync(client, server, isFromClient: true);
            await back;
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isFromClient)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                // With its end: READ COMMITTED is the isolation level of the first statement.
                var isCommit = isFromClient && cuts && buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0;
                if (isCommit)
                {
                    cuts = false;
                    Interlocked.Increment(ref cut);
                    from.Shutdown(SocketShutdown.Both);
                }

                await to.SendAsync(buffer.AsMemory(0, read));
                if (isCommit) return;
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Cut, or closed by the other side.
        }
        finally
        {
            try
            {
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }
        }
    }
}
