using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>The .NET tool, as a developer installs it.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Requirement", "CO-06")]
public sealed class ToolPackageTests(PublishedPackages packages)
{
    [Fact]
    public async Task Tool_InstallsAndRuns()
    {
        packages.Require();
        var folder = packages.FolderFor("tool");
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("dotnet",
            ["tool", "install", "--tool-path", folder, "--source", packages.Folder, "Gatehouse"]).With("DOTNET_CLI_UI_LANGUAGE", "en"));
        Assert.True(code == 0, output + errors);
        var command = new ProcessPlan(Path.Join(folder, "gatehouse"), ["version", "--json"]).With("DOTNET_ROOT", RuntimeFolder());
        (code, output, errors) = await OneShot.RunAsync(command);
        Assert.True(code == 0, errors);
        using var json = JsonDocument.Parse(output);
        Assert.Contains(json.RootElement.GetProperty("build").GetProperty("gatehouse").GetString()!, packages.Tool, StringComparison.Ordinal);
        (code, output, errors) = await OneShot.RunAsync(command with { Arguments = ["policy", "check", "--preset", "team"] });
        Assert.True(code == 0 && output.Contains("no faults", StringComparison.Ordinal), errors);
    }

    // …/shared/Microsoft.NETCore.App/10.0.x/ of the runtime that runs these tests.
    private static string RuntimeFolder() =>
        new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!).Parent!.Parent!.Parent!.FullName;
}
