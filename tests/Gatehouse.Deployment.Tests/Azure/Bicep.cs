using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>The compiler of Bicep, a program in a NuGet package for Linux on x64.</summary>
internal static class Bicep
{
    private static readonly string Program = Path.Join(
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static one => one.Key == "BicepPackage").Value,
        "tools", "bicep");

    /// <summary>The folder of the templates.</summary>
    public static string Folder { get; } = Path.Join(Repository.Root, "deploy", "azure");

    /// <summary>Runs the compiler. The test is skipped on a machine that the package has no program for.</summary>
    public static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "the Bicep compiler is for Linux on x64");
        return OneShot.RunAsync(new ProcessPlan(Program, arguments));
    }

    /// <summary>Copies the templates, so that a test can change them and the compiler can write beside them.</summary>
    public static DirectoryInfo Copy()
    {
        var copy = Directory.CreateTempSubdirectory("gatehouse-bicep-");
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(copy.FullName, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>Evaluates a file of parameters with its template and all modules.</summary>
    /// <returns>The resources that a deployment would create.</returns>
    public static async Task<IReadOnlyList<ArmResource>> EvaluateAsync(string file)
    {
        var (code, output, errors) = await RunAsync(
            "snapshot", file, "--mode", "overwrite", "--tenant-id", Guid.Empty.ToString(), "--subscription-id", Guid.Empty.ToString(),
            "--resource-group", "gatehouse", "--location", "westeurope");
        Assert.True(code == 0, $"{file}: {output}{errors}");
        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(file, ".snapshot.json")))!;
        Assert.Empty(snapshot["diagnostics"]!.AsArray());
        return [.. snapshot["predictedResources"]!.AsArray().Select(static one => new ArmResource(one!.AsObject()))];
    }
}
