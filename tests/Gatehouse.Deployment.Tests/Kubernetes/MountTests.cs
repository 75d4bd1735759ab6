using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Deployment.Tests.Networks;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>
/// The gateway as the account of the image, without any capability, on files as Kubernetes mounts them: links to files of root that a group reads.
/// </summary>
[Trait("Requirement", "DE-01")]
public sealed class MountTests : IAsyncLifetime
{
    private const int Account = 65532;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-mount-");
    private readonly Chart chart = new();
    private readonly TestCertificate certificate = new("mcp.example.com");
    private Dictionary<string, string> configuration = [];
    private NetworkLab? lab;

    public async ValueTask InitializeAsync()
    {
        Tools.RequireHelm();
        lab = await NetworkLab.CreateAsync();
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var data = (await chart.RenderAsync(Chart.TwoServers))["ConfigMap/mcp-gatehouse"]["data"]!.AsObject();
        configuration = data.ToDictionary(static file => file.Key, file => file.Value!.GetValue<string>()
            .Replace("/run/secrets", In("secrets"), StringComparison.Ordinal).Replace("/var/lib/gatehouse", In("data"), StringComparison.Ordinal));
        Directory.CreateDirectory(In("secrets"));
        MountedVolume.Data(In("data"), Account);
    }

    public async ValueTask DisposeAsync()
    {
        if (lab is not null) await lab.DisposeAsync();
        chart.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Gateway_StartsFromTheMountsOfTheChart_AndAgainWithItsState()
    {
        _ = new MountedVolume(In("configuration"), Account, isInMemory: true, configuration);
        var tls = new MountedVolume(In("secrets/gatehouse-tls"), Account, isInMemory: true, Tls(certificate));
        _ = new MountedVolume(In("secrets/gatehouse"), Account, isInMemory: true, new Dictionary<string, string> { ["tickets-token"] = "secret\n" });
        var pod = await lab!.AddHostAsync("pod");
        var (code, output, errors) = await OneShot.RunAsync(Plan("config", "check"));
        Assert.True(code == 0, output + errors);
        for (var start = 1; start <= 2; start++)
        {
            await using var gateway = await HostedProcess.StartAsync(pod.Plan(Plan("serve")));
            Assert.Equal(certificate.Certificate, await ShownAsync(pod));
            var renewed = new TestCertificate("mcp.example.com");
            tls.Update(Tls(renewed));
            Assert.Equal(renewed.Certificate, await ShownAsync(pod));
            tls.Update(Tls(certificate));
        }

        // The group of the volume gets no right in the state.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(In("data/state")) & (UnixFileMode)0b111_111_111);
    }

    // Why the chart mounts the volume with OnRootMismatch: Always gives the group of the volume every right of the owner, at each mount.
    [Fact]
    public async Task StateThatAMountOpenedToTheGroup_IsRefused_WithTheRemedy()
    {
        _ = new MountedVolume(In("configuration"), Account, isInMemory: true, configuration);
        Directory.CreateDirectory(In("data/state"));
        MountedVolume.Data(In("data/state"), Account);
        var (code, output, errors) = await OneShot.RunAsync(Plan("serve"));
        Assert.True(code == 3, output);
        Assert.Contains("is open to others; run: chmod 700", errors, StringComparison.Ordinal);
    }

    // Why the chart projects its ConfigMap: the folder of a plain one can be written by every account, as far as its mode says.
    [Fact]
    public async Task FolderOfAPlainConfigMap_IsRefused_WithTheRemedy()
    {
        _ = new MountedVolume(In("configuration"), Account, isInMemory: false, configuration);
        var (code, output, errors) = await OneShot.RunAsync(Plan("config", "check"));
        Assert.True(code != 0, output);
        Assert.Contains("other accounts can change the file's folder", output + errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Tls(TestCertificate certificate) =>
        new() { ["tls.crt"] = certificate.Certificate + "\n", ["tls.key"] = certificate.Key + "\n" };

    // fsGroup is a group of the process.
    private ProcessPlan Plan(params string[] words) => new("setpriv",
    [
        Text($"--reuid={Account}"), Text($"--regid={Account}"), Text($"--groups={Account}"),
        "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs",
        "dotnet", Repository.GatewayDll, .. words, "--config", In("configuration/gatehouse.yaml"),
    ]);

    private static async Task<string> ShownAsync(NetworkNamespace pod)
    {
        using var stream = new NetworkStream(await pod.ConnectAsync(IPAddress.Loopback, 8080), ownsSocket: true);
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("mcp.example.com");
        using var shown = new X509Certificate2(tls.RemoteCertificate!);
        return shown.ExportCertificatePem();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string In(string name) => Path.Join(folder.FullName, name);
}
