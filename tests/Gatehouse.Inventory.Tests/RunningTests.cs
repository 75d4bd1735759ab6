using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Inventory.Running;

namespace Gatehouse.Inventory.Tests;

/// <summary>Listeners and the probe: only what speaks MCP is told, the scan itself opens no connection.</summary>
[Trait("Requirement", "IN-01")]
public sealed class RunningTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 73\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":\"gatehouse-scan\",\"result\":{\"supportedVersions\":[]}}", true, true)]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 56\r\n\r\n{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000},\"id\":null     }", true,
        true)]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer resource_metadata=\"http://127.0.0.1/x\"\r\nContent-Length: 0\r\n\r\n",
        true, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>", false, false)]
    [InlineData("220 mail ready\r\n", false, false)]
    public async Task Probe_TellsServersFromOthers(string answer, bool isServer, bool isOpen)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, answer);
        var found = await LoopbackProbe.AskAsync(new Listener(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port),
            TestContext.Current.CancellationToken, TimeSpan.FromSeconds(30));
        Assert.Equal((isServer, isOpen), (found is not null, found?.IsUnauthenticated ?? false));
        listener.Stop();
        await serving;
    }

    [Fact]
    public void Rows_AreRead()
    {
        Assert.Equal(new Listener(IPAddress.Loopback, 8080),
            Listeners.Parse("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 1"));
        Assert.Null(Listeners.Parse("   0: 0100007F:1F90 0100007F:AAAA 01 00000000:00000000 00:00000000 00000000  1000 0 1"));
        Assert.Equal(IPAddress.IPv6Loopback,
            Listeners.Parse("   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0")!.Address);
    }

    // Offline by construction: one file of the room may open connections, one may start processes.
    [Fact]
    public void OnlyTheProbe_OpensConnections_AndOnlyTheListerAndTheHistory_Start()
    {
        var files = Directory.EnumerateFiles(Path.Join(Pages.Root, "src", "Gatehouse.Inventory"), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetFileName(path), Text: File.ReadAllText(path))).ToList();
        Assert.Equal(["LoopbackProbe.cs"],
            files.Where(file =>
                file.Text.Contains("Socket(", StringComparison.Ordinal) || file.Text.Contains("HttpMessageInvoker", StringComparison.Ordinal)
                    || file.Text.Contains("Dns.", StringComparison.Ordinal)).Select(file => file.Name));
        Assert.Equal(["CommitHistory.cs", "ServerLister.cs"],
            files.Where(file => file.Text.Contains("LocalProcess.Start", StringComparison.Ordinal)
                || file.Text.Contains("Process.Start(", StringComparison.Ordinal)).Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    // The whole of it, in however many pieces it comes: what is left unread when a socket closes resets the connection, and the answer with it.
    private static async Task ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var head = text.ToString();
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = System.Text.RegularExpressions.Regex.Match(head, "Content-Length: ([0-9]+)",
                System.Text.RegularExpressions.RegexOptions.IgnoreCase);
            if (end >= 0 && length.Success
                && head.Length - end - 4 >= int.Parse(length.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)) return;
            var read = await stream.ReadAsync(buffer);
            if (read == 0) return;
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                await ReadRequestAsync(stream);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception fault) when (fault is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
