using System.Globalization;
using System.Net.Sockets;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>A peer that vanishes without a word is found by the kernel, as a stream without a deadline would wait for it.</summary>
public sealed class KeepAliveProbeTests
{
    private const string Table = "/proc/net/tcp";

    [Fact]
    public async Task ConnectionsOfClientsAndToServers_HaveProbes()
    {
        if (!File.Exists(Table)) Assert.Skip("needs the table of connections of Linux");
        await using var gateway = await TestGateway.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", gateway.Url.Port, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Connections(local: gateway.Url.Port).Count > 0 && Connections(local: gateway.Url.Port).TrueForAll(HasProbes),
            "probes of the client's connection");
        await gateway.CallAsync(gateway.Modern("tools/list"));
        await Eventually.TrueAsync(() => Connections(remote: gateway.Upstream.Url.Port).Any(HasProbes), "probes of the connection to the server");
    }

    // The kind of the timer that runs: 2 is that of the probes.
    private static bool HasProbes(string[] fields) => fields[5].StartsWith("02:", StringComparison.Ordinal);

    // Established connections of this machine.
    private static List<string[]> Connections(int? local = null, int? remote = null) =>
    [
        .. File.ReadLines(Table).Skip(1).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(fields =>
            fields[3] == "01" && (local is null || PortIn(fields[1]) == local) && (remote is null || PortIn(fields[2]) == remote)),
    ];

    private static int PortIn(string address) =>
        int.Parse(address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
