using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Gatehouse.Deployment.Tests.Networks;

/// <summary>
/// Networks and hosts in network namespaces of this machine. A network is a bridge. A network with a way out has an address of its router, to which
/// its hosts send everything; the router passes nothing on and says so. An inner network has no way out. No packet leaves the lab.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private static int last;

    private readonly string prefix = string.Create(CultureInfo.InvariantCulture, $"gh{Environment.ProcessId}-{Interlocked.Increment(ref last)}-");
    private readonly Dictionary<string, (int Number, bool IsInner, int Hosts)> networks = [];
    private readonly Dictionary<string, NetworkNamespace> hosts = [];
    private readonly List<string> namespaces = [];
    private int links;

    private string Switch => prefix + "switch";

    /// <summary>The machine of the networks. Its address in each has 1 at the end.</summary>
    public NetworkNamespace Machine => new(Switch);

    /// <summary>Makes an empty lab; skips the test where this machine lets no one do that.</summary>
    public static async Task<NetworkLab> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "network namespaces need root on Linux");
        var lab = new NetworkLab();
        try
        {
            var (code, errors) = await TryAsync("netns", "add", lab.Switch);
            Assert.SkipWhen(code != 0, $"this machine allows no network namespace: {errors}");
            lab.namespaces.Add(lab.Switch);
            await IpAsync("-n", lab.Switch, "link", "set", "lo", "up");
            await RunAsync("ip", "netns", "exec", lab.Switch, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isInner">True for one without a way out.</param>
    /// <param name="hasMachine">True where <see cref="Machine"/> has an address in an inner one; it always has one in others.</param>
    public async Task AddNetworkAsync(string name, bool isInner, bool hasMachine = false)
    {
        var number = networks.Count + 1;
        networks.Add(name, (number, isInner, 1));
        await IpAsync("-n", Switch, "link", "add", Bridge(number), "type", "bridge");
        await IpAsync("-n", Switch, "link", "set", Bridge(number), "up");
        // What comes from a bridge is passed on to none: engines of containers keep their networks apart. The sender is told.
        await IpAsync("-n", Switch, "rule", "add", "iif", Bridge(number), "unreachable");
        if (!isInner || hasMachine) await IpAsync("-n", Switch, "address", "add", $"{Address(number, 1)}/24", "dev", Bridge(number));
    }

    /// <summary>Adds a host without a network.</summary>
    public async Task<NetworkNamespace> AddHostAsync(string name)
    {
        var host = new NetworkNamespace(prefix + name);
        await IpAsync("netns", "add", host.Name);
        namespaces.Add(host.Name);
        hosts.Add(name, host);
        await IpAsync("-n", host.Name, "link", "set", "lo", "up");
        return host;
    }

    /// <summary>Connects a host to a network, and returns its address there.</summary>
    public async Task<IPAddress> ConnectAsync(string hostName, string networkName)
    {
        var (host, network) = (hosts[hostName], networks[networkName]);
        var address = Address(network.Number, network.Hosts + 1);
        networks[networkName] = network with { Hosts = network.Hosts + 1 };
        var (inside, outside) = (Text($"eth{++links}"), Text($"v{links}"));
        await IpAsync("-n", Switch, "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", host.Name);
        await IpAsync("-n", Switch, "link", "set", outside, "master", Bridge(network.Number), "up");
        await IpAsync("-n", host.Name, "address", "add", $"{address}/24", "dev", inside);
        await IpAsync("-n", host.Name, "link", "set", inside, "up");
        if (!network.IsInner) await IpAsync("-n", host.Name, "route", "replace", "default", "via", Address(network.Number, 1));
        return IPAddress.Parse(address);
    }

    /// <summary>Gives names to addresses, as a host sees them.</summary>
    public void SetNames(string hostName, IEnumerable<(string Name, IPAddress Address)> names)
    {
        var folder = Names(hosts[hostName].Name);
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Join(folder, "hosts"), ["127.0.0.1 localhost", .. names.Select(static name => $"{name.Address} {name.Name}")]);
    }

    /// <summary>Puts rules of <c>iptables-restore</c> in force at a host.</summary>
    public async Task FilterAsync(string hostName, string rules)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", hosts[hostName].Name, "iptables-restore"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var (code, _, errors) = await OneShot.RunAsync(start, rules);
        Assert.True(code == 0, $"{errors}\n{rules}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Enumerable.Reverse(namespaces))
        {
            await TryAsync("netns", "delete", name);
            if (Directory.Exists(Names(name))) Directory.Delete(Names(name), recursive: true);
        }
    }

    // ip-netns(8) puts the files of this folder in place of those of /etc.
    private static string Names(string host) => $"/etc/netns/{host}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Bridge(int number) => Text($"br{number}");

    private static string Address(int network, int host) => Text($"10.213.{network}.{host}");

    private static Task IpAsync(params string[] arguments) => RunAsync("ip", arguments);

    private static async Task RunAsync(string file, params string[] arguments)
    {
        var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan(file, arguments));
        Assert.True(code == 0, $"{file} {string.Join(' ', arguments)}: {errors}");
    }

    private static async Task<(int Code, string Errors)> TryAsync(params string[] arguments)
    {
        try
        {
            var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan("ip", arguments));
            return (code, errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message); // there is no such program
        }
    }
}
