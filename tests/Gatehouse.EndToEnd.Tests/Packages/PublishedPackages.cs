using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>The packages of this checkout, made once by <c>./publish</c> for all tests about them.</summary>
public sealed partial class PublishedPackages : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-packages-");

    // Null where the packages were made.
    private string? absence;

    private readonly string? imageAbsence = Environment.UserName != "root" ? "an image is made and run by root"
        : !File.Exists("/usr/bin/buildah") || !File.Exists("/usr/sbin/runc") ? "no buildah or no runc is installed" : null;

    /// <summary>The folder with the results.</summary>
    public string Folder => Path.Join(folder.FullName, "made");

    /// <summary>The archive for Linux on x64.</summary>
    public string Archive => Find("gatehouse-*-linux-x64.tar.gz");

    /// <summary>The bill of materials of the archive.</summary>
    public string ArchiveBill => Find("gatehouse-*-linux-x64.cdx.json");

    /// <summary>The archives of the other systems.</summary>
    public IReadOnlyList<string> OtherArchives => [Find("gatehouse-*-linux-arm64.tar.gz"), Find("gatehouse-*-win-x64.zip"), Find("gatehouse-*-osx-arm64.tar.gz")];

    /// <summary>The image, as an archive of an OCI layout.</summary>
    public string Image => Find("gatehouse-*-image.oci.tar");

    /// <summary>The public half of the key that the packages are signed with (PEM).</summary>
    public string PublicKey => Path.Join(folder.FullName, "public.pem");

    /// <summary>The .NET tool.</summary>
    public string Tool => Find("Gatehouse.*.nupkg");

    /// <summary>The bill of materials of the tool.</summary>
    public string ToolBill => Find("Gatehouse.*.cdx.json");

    /// <summary>The folder that the archive unpacks to.</summary>
    public string Unpacked { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            absence = "./publish makes packages on Linux";
            return;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = Path.Join(folder.FullName, "private.pem");
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(PublicKey, key.ExportSubjectPublicKeyInfoPem());
        var all = "linux-x64,linux-arm64,win-x64,osx-arm64,tool" + (imageAbsence is null ? ",image" : "");
        var (code, output) = await PublishAsync(Folder, "--only", all, "--sign", "file:" + secret, "--other-key", "--contact", "mailto:security@example.com");
        if (code != 0 && MissingPack().IsMatch(output))
        {
            absence = "the runtime packs of .NET cannot be had on this machine";
            return;
        }

        if (code != 0 && output.Contains("publish: no linker", StringComparison.Ordinal))
        {
            absence = "no C compiler is installed, which links the program of the archive";
            return;
        }

        Assert.True(code == 0, $"./publish ended with {code}:\n{output}");
        var target = folder.CreateSubdirectory("unpacked").FullName;
        await RunAsync("tar", ["--extract", "--gzip", "--file", Archive, "--directory", target]);
        Unpacked = Directory.GetDirectories(target).Single();
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the test where the packages cannot be made, and says why.</summary>
    internal void Require() => Assert.SkipWhen(absence is not null, absence ?? "");

    /// <summary>Skips the test where the image cannot be made or run, and says why.</summary>
    internal void RequireImage() => Assert.SkipWhen((absence ?? imageAbsence) is not null, absence ?? imageAbsence ?? "");

    /// <summary>A folder of a test's own, which is deleted with everything else.</summary>
    internal string FolderFor(string name) => folder.CreateSubdirectory(name).FullName;

    /// <summary>A folder that no other test has.</summary>
    /// <param name="name">The beginning of its name.</param>
    internal string NewFolder(string name) => FolderFor($"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)]);

    /// <summary>Runs <c>./publish</c> with the libraries as these tests were built with.</summary>
    internal static Task<(int Code, string Output)> PublishAsync(string output, params string[] options) =>
        RunAsync(Path.Join(Repository.Root, "publish"), ["--no-build", "--allow-changes", "--output", output, .. options]);

    private static async Task<(int Code, string Output)> RunAsync(string file, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} did not end within {Patience.TotalMinutes} minutes");
        }
    }

    private string Find(string pattern) => Directory.GetFiles(Folder, pattern).Single();

    [GeneratedRegex("error NU(1101|1102|1301)")]
    private static partial Regex MissingPack();
}
