using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>A signed release, as a person downloads, verifies and installs it with tools of others.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Requirement", "CO-06")]
public sealed class ReleaseTests(PublishedPackages packages)
{
    private const string Planted = """{ "mcpServers": { "loose": { "command": "npx", "args": ["-y", "@example/notes"] } } }""";

    [Fact]
    public async Task Installer_InstallsWhatIsSigned_AndTheFirstScanHasItsFinding()
    {
        packages.Require();
        var (to, home) = (packages.NewFolder("to"), packages.NewFolder("home"));
        var (code, output) = await InstallAsync(packages.Folder, to);
        Assert.True(code == 0, output);
        await File.WriteAllTextAsync(Path.Join(home, ".mcp.json"), Planted);
        var (found, report, errors) = await OneShot.RunAsync(new ProcessPlan(Path.Join(to, "bin", "gatehouse"), ["scan", "--path", home]));
        Assert.True(found == 1 && report.Contains("GHS2001", StringComparison.Ordinal), report + errors);
        // A second time is no update of a folder that a process may use.
        (code, output) = await InstallAsync(packages.Folder, to);
        Assert.True(code == 1 && output.Contains("exists already", StringComparison.Ordinal), output);
    }

    // CWE-494. What is refused leaves nothing behind.
    [Theory]
    [InlineData("printf x | tee -a gatehouse-*-linux-x64.tar.gz", "is not the file that was signed")]
    [InlineData("sha256sum gatehouse-*-linux-x64.tar.gz | sed s/./0/ > SHA256SUMS", "is not signed with the key of Gatehouse, or was changed")]
    [InlineData("printf x | tee -a gatehouse-*-linux-x64.tar.gz && sha256sum gatehouse-* > SHA256SUMS", "is not signed with the key of Gatehouse, or was changed")]
    [InlineData("rm SHA256SUMS.sig", "SHA256SUMS.sig is not in")]
    public async Task Installer_RefusesWhatWasChanged(string change, string expected)
    {
        packages.Require();
        var (from, to) = (packages.NewFolder("from"), packages.NewFolder("to"));
        var (copied, _, fault) = await OneShot.RunAsync(new ProcessPlan("sh",
            ["-c", $"cp '{packages.Folder}'/SHA256SUMS* '{packages.Archive}' '{packages.Folder}'/install.sh '{from}' && cd '{from}' && {change}"]));
        Assert.True(copied == 0, fault);
        var (code, output) = await InstallAsync(from, to);
        Assert.True(code == 1 && output.Contains(expected, StringComparison.Ordinal), output);
        Assert.Empty(Directory.GetFileSystemEntries(to));
    }

    // An old release is signed too.
    [Fact]
    public async Task Installer_RefusesAVersionOlderThanTheInstalledOne_UnlessAskedTo()
    {
        packages.Require();
        var to = packages.NewFolder("to");
        Directory.CreateDirectory(Path.Join(to, "bin"));
        File.CreateSymbolicLink(Path.Join(to, "bin", "gatehouse"), "/opt/gatehouse/999.0.0/gatehouse");
        var (code, output) = await InstallAsync(packages.Folder, to);
        Assert.True(code == 1 && output.Contains("which is newer than", StringComparison.Ordinal), output);
        (code, output) = await InstallAsync(packages.Folder, to, packages.PublicKey, "--downgrade");
        Assert.True(code == 0, output);
    }

    // CWE-732, CWE-426: what another account may change, or a variable names, is not trusted.
    [Fact]
    public async Task Installer_RefusesAFolderOfOthers_AndRunsNoCommandOfAVariable()
    {
        packages.Require();
        var to = packages.NewFolder("to");
        var open = Directory.CreateDirectory(Path.Join(to, "open")).FullName;
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.OtherWrite);
        var (code, output) = await InstallAsync(packages.Folder, open);
        Assert.True(code == 1 && output.Contains("every account may change", StringComparison.Ordinal), output);
        Assert.Empty(Directory.GetFileSystemEntries(open));
        var marker = Path.Join(to, "marker");
        (code, _, output) = await OneShot.RunAsync(Installer(packages.Folder, to, packages.PublicKey)
            .With("TAR_OPTIONS", $"--checkpoint=1 --checkpoint-action=exec=touch\\ {marker}").With("TMPDIR", "/missing"));
        Assert.True(code == 0 && !File.Exists(marker), output);
    }

    // The packages of the tests have a key of their own, which is not that of the project.
    [Fact]
    public async Task Installer_KnowsTheKeyOfTheProject_AndNoOther()
    {
        packages.Require();
        var to = packages.NewFolder("to");
        var (code, output) = await InstallAsync(packages.Folder, to, key: null);
        Assert.True(code == 1 && output.Contains("is not signed with the key of Gatehouse", StringComparison.Ordinal), output);
        Assert.Contains(await File.ReadAllTextAsync(Path.Join(Repository.Root, "eng", "release-key.pem")),
            await File.ReadAllTextAsync(Path.Join(packages.Folder, "install.sh")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_VerifiesThePackages()
    {
        packages.Require();
        string[] words = ["update", "verify", packages.Archive, packages.Tool, "--statement", Path.Join(packages.Folder, "release.txt"), "--key", packages.PublicKey];
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan(Path.Join(packages.Unpacked, "gatehouse"), words));
        Assert.True(code == 0, output + errors);
        (code, output, errors) = await OneShot.RunAsync(new ProcessPlan(Path.Join(packages.Unpacked, "gatehouse"), words[..^2]));
        Assert.True(code == 1, output + errors);
    }

    [Fact]
    public async Task Provenance_NamesTheCommit_AndEachPackage()
    {
        packages.Require();
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Join(packages.Folder, "provenance.json"), TestContext.Current.CancellationToken));
        var subjects = json.RootElement.GetProperty("subject").EnumerateArray().ToDictionary(
            static one => one.GetProperty("name").GetString()!, static one => one.GetProperty("digest").GetProperty("sha256").GetString());
        foreach (var package in packages.OtherArchives.Append(packages.Archive).Append(packages.Tool))
            Assert.Equal(Hashes.OfFile(package), subjects[Path.GetFileName(package)]);
        Assert.Contains("gitCommit", json.RootElement.GetProperty("predicate").GetRawText(), StringComparison.Ordinal);
    }

    // RFC 9116.
    [Fact]
    public async Task SecurityTxt_NamesWhereToReport_AndUntilWhen()
    {
        packages.Require();
        var lines = await File.ReadAllLinesAsync(Path.Join(packages.Folder, "security.txt"));
        Assert.Contains("Contact: mailto:security@example.com", lines);
        var expires = lines.Single(static line => line.StartsWith("Expires: ", StringComparison.Ordinal))[9..];
        Assert.True(DateTimeOffset.Parse(expires, null) > DateTimeOffset.UtcNow);
    }

    private Task<(int Code, string Output)> InstallAsync(string from, string to) => InstallAsync(from, to, packages.PublicKey);

    private static async Task<(int Code, string Output)> InstallAsync(string from, string to, string? key, params string[] options)
    {
        var (code, output, errors) = await OneShot.RunAsync(Installer(from, to, key, options));
        return (code, output + errors);
    }

    private static ProcessPlan Installer(string from, string to, string? key, params string[] options) => new("sh",
    [
        Path.Join(from, "install.sh"), "--to", Path.Join(to, "gatehouse"), "--bin", Path.Join(to, "bin"),
        .. key is null ? [] : (string[])["--key", key], .. options,
    ]);
}
