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

    public void Dispose() => folder.Delete(recursive: true);

    private static TheoryData<string> Files(string pattern) =>
    [
        .. Directory.EnumerateFiles(Bicep.Folder, pattern, SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Bicep.Folder, file)).Order(),
    ];
}
