using System.Net;
using System.Net.Sockets;
using Gatehouse.Deployment.Tests.Networks;

namespace Gatehouse.Deployment.Tests;

/// <summary>What <c>serve</c> says where its container lacks something: what is wrong, where, and what to do.</summary>
[Trait("Requirement", "DE-01")]
public sealed class StartFaultTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-fault-");
    private NetworkLab? lab;
    private NetworkNamespace? host;

    public async ValueTask InitializeAsync()
    {
        lab = await NetworkLab.CreateAsync();
        host = await lab.AddHostAsync("faulty");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var certificate = new TestCertificate("mcp.example.com");
        Put("tls.crt", certificate.Certificate);
        Put("tls.key", certificate.Key);
        Put("token", "secret-of-the-test");
        await File.WriteAllTextAsync(In("gatehouse.yaml"), $$"""
            version: 1
            publicUrl: https://mcp.example.com
            state: {{In("volume/state")}}
            listen: { url: "https://0.0.0.0:8080", certificate: {{In("tls.crt")}}, key: {{In("tls.key")}} }
            management: { url: "http://127.0.0.1:9090" }
            issuers: [{ issuer: "https://login.example.com" }]
            servers: { tickets: { url: "https://tickets:8443/mcp", credential: { header: X-Api-Key, value: "file:{{In("token")}}" } } }
            policy: [{ id: staff, permit: { groups: [staff] } }]
            """);
        Directory.CreateDirectory(In("volume"));
        Own("volume");
    }

    public async ValueTask DisposeAsync()
    {
        if (lab is not null) await lab.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task SecretThatIsNotMounted()
    {
        File.Delete(In("token"));
        await FailsAsync("servers.tickets.credential.value", $"{In("token")} does not exist", "mount");
    }

    [Fact]
    public async Task SecretThatTheAccountMayNotRead()
    {
        Own("token", "0:0"); // as Compose mounts it where the file on the machine belongs to root
        await FailsAsync("servers.tickets.credential.value", "may not read the secret", "chown");
    }

    [Fact]
    public async Task CertificateThatIsNotMounted()
    {
        File.Delete(In("tls.crt"));
        await FailsAsync("listen.certificate", $"{In("tls.crt")} does not exist", "mount");
    }

    [Theory]
    [InlineData(8080)]
    [InlineData(9090)]
    public async Task PortInUse(int port)
    {
        using var other = host!.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(port == 8080 ? IPAddress.Any : IPAddress.Loopback, port));
            socket.Listen();
            return socket;
        });
        await FailsAsync($":{port}", "address already in use", "another process listens there");
    }

    [Fact]
    public async Task FolderForTheState_ThatTheAccountMayNotWrite()
    {
        Directory.Delete(In("volume"));
        Directory.CreateDirectory(In("volume")); // of root
        await FailsAsync(In("volume/state"), "cannot be used", "volume");
    }

    [Fact]
    public async Task StateFolder_OnAReadOnlyFileSystem()
    {
        Directory.CreateDirectory(In("volume/state"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own("volume/state");
        await FailsAsync(
            ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"", In("volume")],
            In("volume/state"), "read-only", "volume");
    }

    [Fact]
    public async Task StateFolder_OfARunningGateway()
    {
        await using var first = await HostedProcess.StartAsync(Serve([]));
        await FailsAsync(In("volume/state"), "another gateway is running");
    }

    private Task FailsAsync(params string[] words) => FailsAsync([], words);

    // One line says it all, with a second one for the remedy at most, and no secret is in it.
    private async Task FailsAsync(IReadOnlyList<string> before, params string[] words)
    {
        var (code, output, errors) = await OneShot.RunAsync(Serve(before));
        Assert.True(code is 2 or 3, $"{code}: {output}{errors}");
        var fault = errors[errors.IndexOf("gatehouse: ", StringComparison.Ordinal)..].Trim();
        Assert.All(words, word => Assert.Contains(word, fault, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret-of-the-test", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        Assert.True(fault.Split('\n').Length <= 2, fault);
    }

    private ProcessPlan Serve(IReadOnlyList<string> before)
    {
        string[] line = [.. before, "setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "--no-new-privs",
            "dotnet", Repository.GatewayDll, "serve", "--config", In("gatehouse.yaml")];
        return host!.Plan(new ProcessPlan(line[0], line[1..]));
    }

    // As the account of the image owns what it may read.
    private void Put(string name, string text)
    {
        File.WriteAllText(In(name), text);
        File.SetUnixFileMode(In(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Own(name);
    }

    private void Own(string name, string owner = "65532:65532")
    {
        using var chown = System.Diagnostics.Process.Start("chown", [owner, In(name)]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    private string In(string name) => Path.Join(folder.FullName, name);
}
