using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Gatehouse.Deployment.Tests.Compose;

/// <summary>The step of <c>docs/operators/containers.md</c> that makes the secrets for Compose, run as it is printed.</summary>
[Trait("Requirement", "DE-01")]
public sealed partial class ContainersPageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-page-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Secrets_AreMade_AndThePinsArePrinted_BeforeTheOwnerChanges()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "another owner of files needs root on Linux");
        var place = folder.CreateSubdirectory("deploy").FullName;
        await File.WriteAllTextAsync(Path.Join(folder.FullName, "sudo"), "#!/bin/sh\necho \"$1\"\nexec \"$@\"\n");
        File.SetUnixFileMode(Path.Join(folder.FullName, "sudo"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (code, output, errors) = await RunAsync(Block());
        Assert.True(code == 0, output + errors);

        var secrets = Path.Join(place, "secrets");
        var pins = ((string[])["gatehouse", "tickets", "files"]).Select(name => $"{name} {PinOf(Path.Join(secrets, name + ".crt"))}");
        Assert.Equal((string[])[.. pins, "chown", "chmod"], output.TrimEnd().Split('\n'));
        Assert.Equal("secret-of-the-test", await File.ReadAllTextAsync(Path.Join(secrets, "tickets-token")));
        Assert.Equal(ComposeFile.Read().Document["secrets"]!.AsObject().Select(static secret => secret.Key).Order(),
            Directory.GetFiles(secrets).Select(static path => Path.GetFileName(path)).Order());
        var (_, rights, _) = await RunAsync("stat -c '%u:%g %a' deploy/secrets deploy/secrets/* | sort -u");
        Assert.Equal("0:0 700\n65532:65532 400\n", rights);

        // Keys that are there are not written over.
        Assert.NotEqual(0, (await RunAsync(Block())).Code);
    }

    private static string Block()
    {
        var page = File.ReadAllText(Path.Join(Repository.Root, "docs", "operators", "containers.md"));
        return Step().Match(page).Value.Replace("\n   ", "\n", StringComparison.Ordinal);
    }

    private static string PinOf(string path)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        { WorkingDirectory = folder.FullName, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        return OneShot.RunAsync(start, "secret-of-the-test\n");
    }

    [GeneratedRegex("mkdir -m 700 .*?(?=^   ```$)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Step();
}
