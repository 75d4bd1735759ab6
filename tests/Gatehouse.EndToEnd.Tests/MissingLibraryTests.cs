namespace Gatehouse.EndToEnd.Tests;

/// <summary>A machine without OpenSSL: one line names the package, and commands that do not need it run.</summary>
[Trait("Requirement", "CO-06")]
public sealed class MissingLibraryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-library-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task WithoutOpenSsl_OneLineNamesThePackage_AndOtherCommandsRun()
    {
        var config = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(config, $$"""
            version: 1
            publicUrl: http://127.0.0.1:1
            state: {{folder.FullName}}/state
            servers: { a: { url: "http://127.0.0.1:2/mcp" } }
            """);
        const string line = "install the package libssl3 (Debian, Ubuntu; libssl3t64 in their newest versions) or openssl-libs (Fedora)";
        foreach (var words in (string[][])[["serve", "--dev", "--config", config], ["detect", "text", "hello"], ["scan", "--path", folder.FullName,
            "--sarif", "-"]])
        {
            var (code, output, errors) = await RunAsync(words);
            Assert.Equal((3, "", $"gatehouse: OpenSSL (libssl.so.3) is missing, and 'gatehouse {words[0]}' needs it: {line}\n"), (code, output,
                errors));
        }

        foreach (var words in (string[][])[["scan", "--path", folder.FullName], ["config", "check", "--dev", "--config", config], ["serve",
            "--help"]])
        {
            var (code, _, errors) = await RunAsync(words);
            Assert.True(code == 0, errors);
        }

        var (doctor, report, said) = await RunAsync("doctor", "deployment", "--config", config);
        Assert.True(doctor == 1 && report.Contains("libssl.so.3 is missing: the gateway cannot start", StringComparison.Ordinal), report + said);
    }

    // An empty file in the place of the library, in a root of its own.
    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        const string script = """
            set -e
            : > "$1/empty"
            for library in /lib/*/libssl.so.* /usr/lib/*/libssl.so.* /lib64/libssl.so.* /usr/lib64/libssl.so.*; do
              if [ -e "$library" ]; then mount --bind "$1/empty" "$library"; fi
            done
            shift
            exec "$@"
            """;
        var result = await OneShot.RunAsync(new ProcessPlan("unshare",
            ["--user", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh", folder.FullName, "dotnet", Repository.GatewayDll, .. words])
            .With("HOME", folder.FullName));
        Assert.SkipWhen(result.Errors.Contains("unshare:", StringComparison.Ordinal) || result.Errors.Contains("mount:", StringComparison.Ordinal),
            $"this machine allows no other root: {result.Errors}");
        return result;
    }
}
