using System.Globalization;
using System.Security.Cryptography;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A folder with packages, signed by <c>gatehouse-packaging</c> with a key of its own, as <c>./publish</c> signs them.</summary>
internal sealed class SignedRelease : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-release-");

    public SignedRelease()
    {
        Directory.CreateDirectory(Packages);
        WriteKey(PrivateKey, PublicKey);
    }

    public string Folder => folder.FullName;

    public string Packages => Path.Join(Folder, "packages");

    public string Archive => Path.Join(Packages, "gatehouse-0.2.0-linux-x64.tar.gz");

    public string Statement => Path.Join(Packages, "release.txt");

    public string PrivateKey => Path.Join(Folder, "private.pem");

    public string PublicKey => Path.Join(Folder, "public.pem");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Writes a pair of keys.</summary>
    public static void WriteKey(string privateFile, string publicFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(privateFile, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(privateFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(publicFile, key.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>Writes a package of a version, its sum, and signs them.</summary>
    /// <param name="version">The version.</param>
    /// <param name="published">The time of the statement.</param>
    /// <param name="life">The time to its end.</param>
    public async Task SignAsync(string version, DateTimeOffset published, TimeSpan life)
    {
        await File.WriteAllTextAsync(Archive, "the archive");
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Archive)));
        await File.WriteAllTextAsync(Path.Join(Packages, "SHA256SUMS"), $"{digest}  {Path.GetFileName(Archive)}\n");
        var (code, output, errors) = await RunSignAsync("file:" + PrivateKey, version, published, life);
        Assert.True(code == 0, output + errors);
    }

    /// <summary>Runs the program that signs.</summary>
    public Task<(int Code, string Output, string Errors)> RunSignAsync(string key, string version, DateTimeOffset published, TimeSpan life) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.PackagingDll, "sign", "--other-key", "yes", "--folder", Packages, "--key", key, "--version", version,
            "--commit", new string('c', 40), "--time", Seconds(published), "--expires", Seconds(published + life)));

    /// <summary>Runs <c>gatehouse update</c> with a home folder of this release.</summary>
    public Task<(int Code, string Output, string Errors)> UpdateAsync(params string[] words) => OneShot.RunAsync(
        ProcessPlan.Dotnet(Repository.GatewayDll, ["update", .. words]).With("XDG_STATE_HOME", Path.Join(Folder,
            "state")).With("GATEHOUSE_UPDATE_URL", ""));

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
