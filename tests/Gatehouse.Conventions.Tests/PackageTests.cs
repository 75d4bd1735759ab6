using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

[Trait("Requirement", "CO-06")]
public sealed partial class PackageTests
{
    private static IReadOnlyList<string> Projects => Repository.Files("", ".csproj");

    [Fact]
    public void Versions_StandInOnePlace() => Repository.RequireNone(
        from project in Projects
        where PackageVersion().IsMatch(Repository.Read(project))
        select $"{project} names a version; it belongs in Directory.Packages.props");

    [Fact]
    public void Versions_DoNotFloat() =>
        Assert.All(["Directory.Packages.props", "samples/Directory.Packages.props"], file =>
            Assert.DoesNotContain('*', string.Concat(VersionValue().Matches(Repository.Read(file)).Select(match => match.Value))));

    [Fact]
    public void LockFiles_ExistAndHoldNoAddresses() => Repository.RequireNone(Projects.Select(project =>
    {
        var file = project[..(project.LastIndexOf('/') + 1)] + "packages.lock.json";
        if (!Repository.Exists(file)) return $"{file} is missing; run dotnet restore and commit it";
        return Repository.Read(file).Contains("://", StringComparison.Ordinal) ? $"{file} holds an address" : null;
    }).OfType<string>());

    [Fact]
    public void EveryProject_IsInTheSolution()
    {
        // Samples that restore packages of their own are in a solution of their own, which samples/run and ./test --full build.
        var solution = Repository.Read("Gatehouse.slnx") + Repository.Read("samples/Samples.slnx").Replace("Path=\"", "Path=\"samples/", StringComparison.Ordinal);
        Repository.RequireNone(
            Projects.Where(project =>
                !project.StartsWith("bench/", StringComparison.Ordinal) && !solution.Contains($"\"{project}\"", StringComparison.Ordinal))
            .Select(project => $"{project} is not in Gatehouse.slnx"));
    }

    [GeneratedRegex(@"<PackageReference[^>]*\bVersion(Override)?\s*=")]
    private static partial Regex PackageVersion();

    [GeneratedRegex(@"(?<=Version="")[^""]*")]
    private static partial Regex VersionValue();
}
