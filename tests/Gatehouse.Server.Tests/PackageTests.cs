using System.Diagnostics;
using Gatehouse.Testing;

namespace Gatehouse.Server.Tests;

/// <summary>The package in a project that was just made, as the page of the library adds it.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task FreshWebProject_IsGuarded_WithThePackageFromAFolder()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-package-");
        var version = $"0.1.0-test{Guid.NewGuid():N}"[..20];
        try
        {
            var (feed, web, port) = (Path.Join(folder.FullName, "feed"), Path.Join(folder.FullName, "web"), LoopbackPorts.Next());
            await DotnetAsync(Repository.Root, "pack", Path.Join(Repository.Root, "src", "Gatehouse.Server"), "-c", "Release", "--no-restore", "-o", feed,
                $"-p:PackageVersion={version}", "-p:AnalyzedProjects=none", "--nologo", "-v", "q");
            await DotnetAsync(folder.FullName, "new", "web", "-o", web);
            await DotnetAsync(web, "new", "nugetconfig");
            await DotnetAsync(web, "nuget", "add", "source", feed, "--name", "folder", "--configfile", Path.Join(web, "nuget.config"));
            await DotnetAsync(web, "add", "package", "Gatehouse.Server", "--version", version);
            var page = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs", "authors", "library.md"));
            page = page[page.IndexOf("## From nothing", StringComparison.Ordinal)..];
            await File.WriteAllTextAsync(Path.Join(web, "Program.cs"), Block(page, "csharp"));
            await File.WriteAllTextAsync(
                Path.Join(web, "gatehouse.yaml"), Block(page, "yaml").Replace(":5000", $":{port}", StringComparison.Ordinal));
            await DotnetAsync(web, "build", "-c", "Release", "--nologo", "-v", "q");
            await using var server = await HostedProcess.StartAsync(new ProcessPlan("dotnet",
            [
                Path.Join(web, "bin", "Release", "net10.0", "web.dll"), "--urls", $"http://127.0.0.1:{port}", "--contentRoot", web,
                "--environment", "Development",
            ]));
            using var post = new McpPost(new Uri(server.Address + "/mcp"));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await post.CallAsync("hello", "{}")).Status);
            post.Token = (await GuardedServerFixture.CommandAsync("token", "--state", Path.Join(web, "gatehouse-state"))).Trim();
            Assert.Contains("hello from the package", (await post.CallAsync("hello", "{}")).Body, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
            var cached = new DirectoryInfo(Path.Join(
                Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
                "gatehouse.server", version));
            if (cached.Exists) cached.Delete(recursive: true);
        }
    }

    private static string Block(string page, string language)
    {
        var begin = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static async Task DotnetAsync(string folder, params string[] arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(
            new ProcessStartInfo("dotnet", arguments)
            { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true }, "");
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }
}
