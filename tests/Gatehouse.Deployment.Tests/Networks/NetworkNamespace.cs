using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gatehouse.Deployment.Tests.Networks;

/// <summary>A network namespace: a host of the lab. Processes start in it, and sockets of the tests are opened in it.</summary>
internal sealed partial class NetworkNamespace(string name)
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET of sched.h
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The name by which <c>ip netns</c> knows it.</summary>
    public string Name => name;

    /// <summary>The process in this namespace. It sees the names of the lab as its hosts.</summary>
    public ProcessPlan Plan(ProcessPlan inner) => inner with { File = "ip", Arguments = ["netns", "exec", name, inner.File, .. inner.Arguments] };

    /// <summary>Does work on a thread of this namespace. A socket that it opens stays in the namespace, whichever thread uses it later.</summary>
    public T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true }; // it ends with its work, so that no other work runs in the namespace
        thread.Start();
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Opens a connection from here. A network that answers nothing is a fault of the lab, and not a refusal.</summary>
    /// <exception cref="SocketException">It is refused, or there is no route.</exception>
    public async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation = default)
    {
        var socket = Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(address, port, cancellation).AsTask().WaitAsync(Patience, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Returns whether a connection from here is accepted there.</summary>
    public async Task<bool> ReachesAsync(IPAddress address, int port)
    {
        try
        {
            (await ConnectAsync(address, port)).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Listens on every address of this namespace. The system accepts connections; no one reads them.</summary>
    public Socket Listen(int port) => Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        return socket;
    });

    /// <summary>A client whose connections begin here and end at one address, whatever the URL says. Any certificate will do.</summary>
    public HttpClient Client(IPAddress address, int port) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellation) => new NetworkStream(await ConnectAsync(address, port, cancellation), ownsSocket: true),
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null },
    });

    private void Enter()
    {
        using var file = File.OpenHandle($"/run/netns/{name}");
        if (SetNamespace((int)file.DangerousGetHandle(), NewNetwork) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"the namespace {name} cannot be entered");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}
