using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The signatures of packages: <c>openssl</c> verifies the sums, and <c>gatehouse update verify</c> a download.</summary>
[Trait("Requirement", "CO-06")]
public sealed class ReleaseSigningTests : IDisposable
{
    private readonly SignedRelease release = new();

    public void Dispose() => release.Dispose();

    [Fact]
    public async Task Sums_AreVerifiedByOpenSsl_AndNotOnceChanged()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "no openssl is installed");
        await release.SignAsync("0.2.0", DateTimeOffset.UtcNow.AddMinutes(-1), TimeSpan.FromDays(30));
        Assert.Equal((0, "Verified OK\n"), await OpenSslAsync());
        await File.AppendAllTextAsync(Path.Join(release.Packages, "SHA256SUMS"), "\n");
        Assert.NotEqual(0, (await OpenSslAsync()).Code);
    }

    [Fact]
    public async Task Download_IsVerified_AndATamperedOneAnotherNameAndAWrongKeyAreRefused()
    {
        // A statement that is over still says what its release was made of.
        await release.SignAsync("0.2.0", DateTimeOffset.UtcNow.AddDays(-60), TimeSpan.FromDays(30));
        var (code, output, errors) = await release.UpdateAsync("verify", release.Archive, "--key", release.PublicKey);
        Assert.True(code == 0, errors);
        Assert.Contains("good, of version 0.2.0", output, StringComparison.Ordinal);
        Assert.Contains("a newer version may exist, the statement expired", output, StringComparison.Ordinal);

        (code, output, errors) = await release.UpdateAsync("verify", release.Archive);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("it is not signed by the expected key", errors, StringComparison.Ordinal);

        var other = Path.Join(release.Packages, "another.tar.gz");
        File.Copy(release.Archive, other);
        (code, _, errors) = await release.UpdateAsync("verify", other, "--key", release.PublicKey);
        Assert.Equal(1, code);
        Assert.Contains("names no file of this name; keep the names of the download", errors, StringComparison.Ordinal);

        var missing = Path.Join(release.Packages, "nofile.tar.gz");
        (code, output, errors) = await release.UpdateAsync("verify", missing, "--key", release.PublicKey);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains($"{missing} does not exist", errors, StringComparison.Ordinal);

        await File.WriteAllTextAsync(release.Archive, "the ARCHIVE");
        (code, output, errors) = await release.UpdateAsync("verify", release.Archive, "--key", release.PublicKey);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("its SHA-256 is not ", errors, StringComparison.Ordinal);
        Assert.Contains("do not use the file", errors, StringComparison.Ordinal);
    }

    // Rollback: an old release is signed as well, and has the weakness that a newer one mended.
    [Fact]
    public async Task OlderRelease_IsRefused_UnlessTheOperatorAllowsIt()
    {
        await release.SignAsync("0.0.9", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        var (code, output, errors) = await VerifyAsync();
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("it is older (0.0.9) than this build (", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (code, output, errors) = await VerifyAsync("--allow-older");
        Assert.True(code == 0 && output.Contains("good, of version 0.0.9", StringComparison.Ordinal), output + errors);
        Assert.Contains("accepted by --allow-older: it is older (0.0.9)", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_RefusesAKeyThatOthersRead_AndAFileThatDoesNotFitItsSum()
    {
        await release.SignAsync("0.2.0", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        var before = await File.ReadAllBytesAsync(release.Statement);
        File.SetUnixFileMode(release.PrivateKey, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var (code, _, errors) = await release.RunSignAsync("file:" + release.PrivateKey, "0.3.0", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        Assert.Equal(1, code);
        Assert.Contains("other accounts have rights on the key", errors, StringComparison.Ordinal);
        File.SetUnixFileMode(release.PrivateKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.AppendAllTextAsync(release.Archive, "!");
        (code, _, errors) = await release.RunSignAsync("file:" + release.PrivateKey, "0.3.0", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        Assert.Equal(1, code);
        Assert.Contains("does not fit its sum", errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(release.Statement));
    }

    [Fact]
    public async Task NewKey_IsReadByItsOwnerOnly_AndNeverReplacesOne()
    {
        Directory.CreateDirectory(Path.Join(release.Folder, "eng"));
        var file = Path.Join(release.Folder, "new.pem");
        var (code, output, errors) = await NewKeyAsync(file);
        Assert.True(code == 0, errors);
        Assert.Contains("It is the key of the repository (eng/release-key.pem).", output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(Path.Join(release.Folder, "eng", "release-key.pem")), StringComparison.Ordinal);
        var kept = await File.ReadAllTextAsync(file);
        Assert.Equal(1, (await NewKeyAsync(file)).Code);
        Assert.Equal(kept, await File.ReadAllTextAsync(file));
    }

    private Task<(int Code, string Output, string Errors)> VerifyAsync(params string[] words) =>
        release.UpdateAsync(["verify", release.Archive, "--key", release.PublicKey, .. words]);

    private Task<(int Code, string Output, string Errors)> NewKeyAsync(string file) => OneShot.RunAsync(
        new System.Diagnostics.ProcessStartInfo("dotnet", [Repository.PackagingDll, "new-key", "--private", file])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = release.Folder }, "");

    private async Task<(int Code, string Output)> OpenSslAsync()
    {
        var sums = Path.Join(release.Packages, "SHA256SUMS");
        var (code, output, _) = await OneShot.RunAsync(
            new ProcessPlan("/usr/bin/openssl", ["dgst", "-sha256", "-verify", release.PublicKey, "-signature", sums + ".sig", sums]));
        return (code, output);
    }
}
