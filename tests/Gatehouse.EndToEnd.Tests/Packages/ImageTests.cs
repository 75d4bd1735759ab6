using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>The container image: what is in it, what is attached to it, and a gateway that runs from it.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Requirement", "DE-01")]
public sealed class ImageTests(PublishedPackages packages)
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    [Fact]
    public async Task Gateway_RunsFromIt_AndACallPasses()
    {
        packages.RequireImage();
        var container = await RuncContainer.UnpackAsync(await LayoutAsync(), packages.NewFolder("bundle"));
        var folder = packages.NewFolder("mounted");
        var (config, state) = (Path.Join(folder, "gatehouse.yaml"), Directory.CreateDirectory(Path.Join(folder, "state")).FullName);
        await using var server = await Servers.FixtureAsync();
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        await File.WriteAllTextAsync(config, new GatewayConfiguration(url, "/var/lib/gatehouse/state")
        { Servers = [new GatewayServer("up", "/mcp/up") { Url = server.Address }], Anyone = true }.ToYaml(), TestContext.Current.CancellationToken);
        var (owned, _, fault) = await OneShot.RunAsync(new ProcessPlan("chown", ["65532:65532", config, state]));
        Assert.True(owned == 0, fault);
        File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // The image's own words, and an issuer of the gateway's own.
        string[] words = [.. container.Image["Cmd"]!.AsArray().Select(static word => word!.GetValue<string>()), "--dev"];
        try
        {
            await using var gateway = await HostedProcess.StartAsync(container.Plan(config, state, words));
            var (code, token, errors) = await container.ExecuteAsync("token", "--state", "/var/lib/gatehouse/state");
            Assert.True(code == 0, errors);
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, url + "/mcp/up") { Content = new StringContent(Initialize, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode && text.Contains("serverInfo", StringComparison.Ordinal), text);
            (code, var health, errors) = await container.ExecuteAsync("health", "--state", "/var/lib/gatehouse/state");
            Assert.True(code == 0, health + errors);
            // Nothing that the image or the runtime of a platform decides is a fault.
            (code, var doctor, errors) = await container.ExecuteAsync("doctor", "deployment", "--config", "/etc/gatehouse/gatehouse.yaml", "--json");
            Assert.True(code == 0, doctor + errors);
            using var report = JsonDocument.Parse(doctor);
            Assert.Equal(JsonValueKind.Object, report.RootElement.GetProperty("deployment").GetProperty("image").ValueKind);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    // CIS Docker Benchmark 4: no shell, no program but the gateway's, nothing that gives rights, an account that is not root.
    [Fact]
    public async Task Root_HoldsTheGatewayAndLibraries_AndNoShell()
    {
        packages.RequireImage();
        var container = await RuncContainer.UnpackAsync(await LayoutAsync(), packages.NewFolder("bundle"));
        Assert.Equal("65532:65532", container.Image["User"]!.GetValue<string>());
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = Directory.GetFiles(container.Root, "*", all);
        var programs = files.Where(static file => (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0)
            .Where(static file => !Path.GetFileName(file).Contains(".so", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(container.Root, file));
        Assert.Equal(["opt/gatehouse/gatehouse"], programs);
        Assert.All(files, static file => Assert.Equal(UnixFileMode.None,
            File.GetUnixFileMode(file) & (UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)));
        using var about = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Join(container.Root, "etc/gatehouse-image.json"), TestContext.Current.CancellationToken));
        var locked = (await File.ReadAllLinesAsync(Path.Join(Repository.Root, "deploy/image/debian.lock"), TestContext.Current.CancellationToken))
            .Select(static line => line.Split(' ')).Where(static row => row[0] is "amd64" or "all").ToList();
        Assert.Equal(locked.Select(static row => (row[1], row[2])).Order(),
            about.RootElement.GetProperty("debian").EnumerateObject().Select(static one => (one.Name, one.Value.GetString()!)).Order());
        Assert.All(locked, row => Assert.True(File.Exists(Path.Join(container.Root, "var/lib/dpkg/status.d", row[1])), row[1]));
    }

    // The forms of OCI 1.1 (a manifest with a subject) and of cosign (a tag of the digest), judged by openssl.
    [Fact]
    public async Task Bills_AreAttached_AndEachManifestIsSigned()
    {
        packages.RequireImage();
        var layout = await LayoutAsync();
        string Blob(string digest) => Path.Join(layout, "blobs", "sha256", digest["sha256:".Length..]);
        JsonNode Read(JsonNode descriptor) => JsonNode.Parse(File.ReadAllText(Blob(descriptor["digest"]!.GetValue<string>())))!;
        var entries = JsonNode.Parse(await File.ReadAllTextAsync(Path.Join(layout, "index.json"), TestContext.Current.CancellationToken))!["manifests"]!.AsArray();
        Assert.All(Directory.GetFiles(Path.Join(layout, "blobs", "sha256")), static file => Assert.Equal(Path.GetFileName(file), Hashes.OfFile(file)));
        var manifests = Read(entries[0]!)["manifests"]!.AsArray().Select(static one => one!["digest"]!.GetValue<string>()).ToList();
        var bills = entries.Where(static one => one!["artifactType"]?.GetValue<string>() == "application/vnd.cyclonedx+json").Select(one => Read(one!)).ToList();
        Assert.Equal(manifests.Order(), bills.Select(static bill => bill["subject"]!["digest"]!.GetValue<string>()).Order());
        Assert.All(bills, bill => Assert.Contains("pkg:deb/debian/libssl3@", File.ReadAllText(Blob(bill["layers"]![0]!["digest"]!.GetValue<string>())), StringComparison.Ordinal));
        var attached = entries.Where(static one => one!["annotations"]?["org.opencontainers.image.ref.name"]?.GetValue<string>().EndsWith(".sig",
            StringComparison.Ordinal) != true).Select(static one => one!["digest"]!.GetValue<string>()).ToList();
        Assert.Equal(3, attached.Count); // the image, and two bills
        foreach (var digest in manifests.Concat(attached))
        {
            var tag = digest.Replace(':', '-') + ".sig";
            var layer = Read(entries.Single(one => one!["annotations"]?["org.opencontainers.image.ref.name"]?.GetValue<string>() == tag)!)["layers"]![0]!;
            var payload = Blob(layer["digest"]!.GetValue<string>());
            Assert.Contains(digest, await File.ReadAllTextAsync(payload, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            var signature = Path.Join(packages.NewFolder("signature"), "value");
            await File.WriteAllBytesAsync(signature, Convert.FromBase64String(layer["annotations"]!["dev.cosignproject.cosign/signature"]!.GetValue<string>()),
                TestContext.Current.CancellationToken);
            string[] words = ["dgst", "-sha256", "-verify", packages.PublicKey, "-signature", signature, payload];
            Assert.Contains("Verified OK", (await OneShot.RunAsync(new ProcessPlan("openssl", words))).Output, StringComparison.Ordinal);
        }
    }

    private async Task<string> LayoutAsync()
    {
        var folder = packages.NewFolder("layout");
        var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan("tar", ["--extract", "--file", packages.Image, "--directory", folder]));
        Assert.True(code == 0, errors);
        return folder;
    }
}
