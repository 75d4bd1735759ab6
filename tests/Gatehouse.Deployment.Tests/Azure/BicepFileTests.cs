namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>Every file of Bicep, by its compiler and by its linter, whose rules are errors in bicepconfig.json.</summary>
[Trait("Requirement", "DE-01")]
public sealed class BicepFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Bicep.Copy();

    public static TheoryData<string> Templates => Files("*.bicep");

    public static TheoryData<string> Parameters => Files("*.bicepparam");

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Template_CompilesWithoutAFinding(string file)
    {
        var (code, _, errors) = await Bicep.RunAsync("build", "--stdout", Path.Join(Bicep.Folder, file));
        Assert.True(code == 0 && errors.Length == 0, errors);
        (code, var findings, errors) = await Bicep.RunAsync("lint", Path.Join(Bicep.Folder, file));
        Assert.True(code == 0 && (findings + errors).Trim().Length == 0, findings + errors);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Parameters_FitTheirTemplate(string file)
    {
        var (code, _, errors) = await Bicep.RunAsync("build-params", "--stdout", Path.Join(Bicep.Folder, file));
        Assert.True(code == 0 && errors.Length == 0, errors);
    }

    // What Azure would refuse later, or take in silence, is found here. Types of Azure give warnings, which Template_CompilesWithoutAFinding refuses.
    [Theory]
    [InlineData("modules/vault.bicep", "enablePurgeProtection: true", "enablePurgeProtect: true", "BCP037")]
    [InlineData("modules/vault.bicep", "enablePurgeProtection: true", "enablePurgeProtection: 'yes'", "BCP036")]
    [InlineData("modules/logs.bicep", "param location string", "param location string\nparam unused string", "no-unused-params")]
    [InlineData(
        "modules/logs.bicep", "param location string", "param location string\n@secure()\nparam password string = 'x'", "secure-parameter-default")]
    [InlineData("modules/logs.bicep", "param location string", "param location string\nparam password string", "secure-secrets-in-params")]
    [InlineData("container-apps.bicepparam", "param apps = false", "param apps = false\nparam replicas = 2", "BCP259")]
    [InlineData("container-apps.bicepparam", "param gatewayDigest = 'sha256:", "param gatewayDigest = 'latest", "BCP333")]
    public async Task Fault_IsFound(string file, string part, string instead, string finding)
    {
        var path = Path.Join(folder.FullName, file);
        var text = await File.ReadAllTextAsync(path);
        Assert.Contains(part, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(part, instead, StringComparison.Ordinal));
        var (_, _, errors) = await Bicep.RunAsync(file.EndsWith(".bicep", StringComparison.Ordinal) ? "build" : "build-params", "--stdout", path);
        Assert.Contains(finding, errors, StringComparison.Ordinal);
    }

    // Threat: the image behind a tag is replaced (CWE-494).
    [Fact]
    public async Task ImageWithoutADigest_IsRefused()
    {
        var path = Path.Join(folder.FullName, "container-apps.bicepparam");
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("apps = false", "apps = true", StringComparison.Ordinal)
            .Replace("param gatewayDigest = 'sha256:", "param gatewayDigest = 'sha512:", StringComparison.Ordinal));
        var (code, _, errors) = await Bicep.RunAsync("snapshot", path, "--subscription-id", Guid.Empty.ToString(), "--resource-group", "gatehouse");
        Assert.NotEqual(0, code);
        Assert.Contains("the digest of gatehouse does not begin with sha256:", errors, StringComparison.Ordinal);
    }

    // The name of a server can be the end of another name.
    [Fact]
    public async Task HostsOfServers_ReplaceWholeNames()
    {
        var template = Path.Join(folder.FullName, "names.bicep");
        await File.WriteAllTextAsync(template, """
            import { withHosts } from 'modules/gateway.bicep'
            var upstreams = [{ name: 'tickets', host: 'first.example' }, { name: 'my-tickets', host: 'second.example' }]
            resource one 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
              name: 'one'
              location: 'global'
              tags: {
                both: withHosts('https://my-tickets.server.invalid/mcp https://tickets.server.invalid:8443/mcp', upstreams)
                other: withHosts('https://other-tickets.server.invalid/mcp', upstreams)
              }
            }
            """);
        var parameters = Path.ChangeExtension(template, ".bicepparam");
        await File.WriteAllTextAsync(parameters, "using 'names.bicep'\n");
        var resource = Assert.Single(await Bicep.EvaluateAsync(parameters));
        Assert.Equal("https://second.example/mcp https://first.example:8443/mcp", resource["tags/both"]);
        Assert.Equal("https://other-tickets.server.invalid/mcp", resource["tags/other"]);
    }

    // A misspelt name would leave an address that never answers.
    [Fact]
    public async Task ServerThatIsNotDeployed_IsRefused()
    {
        var path = Path.Join(folder.FullName, "container-apps.bicepparam");
        await ReplaceAsync(path, "apps = false", "apps = true");
        await ReplaceAsync(Path.Join(folder.FullName, "gatehouse.yaml"), "https://wiki.server.invalid", "https://my-wiki.server.invalid");
        var (code, _, errors) = await Bicep.RunAsync("snapshot", path, "--subscription-id", Guid.Empty.ToString(), "--resource-group", "gatehouse");
        Assert.NotEqual(0, code);
        Assert.Contains("a .server.invalid whose NAME is not in servers", errors, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task ReplaceAsync(string path, string part, string instead)
    {
        var text = await File.ReadAllTextAsync(path);
        Assert.Contains(part, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace(part, instead, StringComparison.Ordinal));
    }

    private static TheoryData<string> Files(string pattern) =>
    [
        .. Directory.EnumerateFiles(Bicep.Folder, pattern, SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Bicep.Folder, file)).Order(),
    ];
}
