using System.Text.Json;
using System.Xml.Linq;

namespace Gatehouse.Conventions.Tests;

[Trait("Requirement", "CO-06")]
public sealed class ThirdPartyTests
{
    // Analyzers of the build: they are in lock files of src, and nothing of them ships.
    private static readonly string[] BuildOnly = ["Microsoft.CodeAnalysis.Analyzers", "Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    // The compiler that loads these has the packages of their lock files; the package of the analyser has its own two assemblies.
    private static readonly string[] InTheCompiler = ["src/Gatehouse.Analyzers/", "src/Gatehouse.Analyzers.CodeFixes/"];

    [Fact]
    public void Table_ListsEveryShippedPackageWithItsVersionAndLicence()
    {
        var listed = Markdown.Rows(Repository.Read("THIRD-PARTY.md")).Skip(1)
            .Where(row => row[0] != "---" && !row[0].StartsWith("--", StringComparison.Ordinal))
            .ToDictionary(row => row[0], row => (Version: row[1], Licence: row[2]), StringComparer.Ordinal);
        var shipped = Shipped();
        Assert.Equal(shipped.Keys.Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        Repository.RequireNone(shipped.Where(package => listed[package.Key].Version != package.Value)
            .Select(package => $"{package.Key}: {package.Value} ships, THIRD-PARTY.md says {listed[package.Key].Version}"));
        Repository.RequireNone(shipped.Where(package => Licence(package.Key, package.Value) is { } stated && stated != listed[package.Key].Licence)
            .Select(package => $"{package.Key}: the package states {Licence(package.Key, package.Value)}, THIRD-PARTY.md says {listed[package.Key].Licence}"));
    }

    private static SortedDictionary<string, string> Shipped()
    {
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files("src", "packages.lock.json").Where(file => !InTheCompiler.Any(file.StartsWith)))
        {
            using var document = JsonDocument.Parse(Repository.Read(file));
            foreach (var package in document.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (package.Value.GetProperty("type").GetString() == "Project" || BuildOnly.Contains(package.Name)) continue;
                packages[package.Name] = package.Value.GetProperty("resolved").GetString()!;
            }
        }

        return packages;
    }

    // Null where the folder of packages is not here, or the package names its licence in another way.
    private static string? Licence(string name, string version)
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var file = Path.Combine(folder, name.ToLowerInvariant(), version, name.ToLowerInvariant() + ".nuspec");
        if (!File.Exists(file)) return null;
        return XDocument.Load(file).Descendants()
            .FirstOrDefault(element => element.Name.LocalName == "license" && element.Attribute("type")?.Value == "expression")?.Value;
    }
}
