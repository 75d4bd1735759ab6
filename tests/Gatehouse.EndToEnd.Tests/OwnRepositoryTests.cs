using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>This repository under its own scan.</summary>
[Trait("Requirement", "CO-06")]
public sealed class OwnRepositoryTests
{
    // Samples of the tests of the scan look like secrets, and are under tests/ alone.
    [Fact]
    public async Task Scan_FindsNoSecretOutsideOfTests_AndFindsAPlantedOne()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-own-");
        try
        {
            var clone = Path.Join(folder.FullName, "clone");
            var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan("git", ["clone", "--quiet", "--no-hardlinks", Repository.Root, clone]));
            Assert.SkipWhen(code != 0 && !Directory.Exists(Path.Join(Repository.Root, ".git")), "the sources are no repository of git");
            Assert.True(code == 0, errors);
            Assert.Equal(["tests"], await FoldersWithSecretsAsync(clone));
            await File.WriteAllTextAsync(Path.Join(clone, "src", "planted.yaml"), "token: ghp_K7s2Vd9Wm4Xt8Zb3Rn6Yc1Lp5Hj0Ga8Q2zT\n",
                TestContext.Current.CancellationToken);
            Assert.Equal(["src", "tests"], await FoldersWithSecretsAsync(clone));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IEnumerable<string>> FoldersWithSecretsAsync(string clone)
    {
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "scan", "--path", clone, "--json"));
        Assert.True(code == 1, errors);
        using var report = JsonDocument.Parse(output);
        return report.RootElement.GetProperty("scan").GetProperty("findings").EnumerateArray()
            .Where(static finding => finding.GetProperty("id").GetString() == "GHS4008")
            .Select(finding => Path.GetRelativePath(clone, finding.GetProperty("file").GetString()!).Split('/')[0])
            .Distinct().Order(StringComparer.Ordinal).ToList();
    }
}
