using System.Security.Cryptography;
using System.Xml.Linq;
using Gatehouse.Audit.Tests.Verification;
using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// The verifier as an auditor builds it: from its own folder and those that it names, on a machine without the rest of the sources.
/// </summary>
[Trait("Requirement", "AU-01")]
public sealed class VerifierSourcesTests : IDisposable
{
    // The list of docs/auditors/verifying.md. Whoever adds to it adds to what an auditor has to read.
    private static readonly string[] Projects =
        ["Gatehouse.Audit", "Gatehouse.Audit.Tree", "Gatehouse.Audit.Verification", "Gatehouse.Audit.Verifier", "Gatehouse.Protocol", "Gatehouse.Text"];

    private static readonly string[] Shared = [".editorconfig", "Directory.Build.props", "Directory.Packages.props", "global.json", "src/Directory.Build.props", "eng/BannedSymbols.txt"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20); // other builds and tests share the cores

    private readonly DirectoryInfo sources = Directory.CreateTempSubdirectory("gatehouse-verifier-");

    public void Dispose() => sources.Delete(recursive: true);

    [Fact]
    public async Task BuiltFromItsFoldersOnly_ItVerifiesALog_AndFindsAnAlteredOne()
    {
        Assert.Equal(Projects, Closure("Gatehouse.Audit.Verifier").Order(StringComparer.Ordinal));
        foreach (var file in Shared) Copy(file);
        foreach (var project in Projects)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Join(Repository.Root, "src", project), "*", SearchOption.AllDirectories))
                Copy(Path.GetRelativePath(Repository.Root, file));
        }

        // As the page says, but for the processes that a build leaves behind.
        string[] build = ["build", Path.Join(sources.FullName, "src", "Gatehouse.Audit.Verifier"), "-p:UseSharedCompilation=false", "-nodeReuse:false"];
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("dotnet", build), Patience);
        Assert.True(code == 0, output + errors);

        using var folder = new EvidenceFolder();
        using var signer = NoteSigner.Ecdsa("example.com/audit", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var log = folder.Add(300, 290, signer);
        var (key, kept) = (Path.Join(sources.FullName, "audit.vkey"), Path.Join(sources.FullName, "kept"));
        await File.WriteAllTextAsync(key, signer.Key + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(kept, log.Checkpoint(200).ToBytes(), TestContext.Current.CancellationToken);
        Assert.Equal(0, await VerifyAsync(folder, key, kept));

        var bundle = Directory.EnumerateFiles(Path.Join(folder.Path, "log-0001", "tile", "entries"), "000", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        bytes[^2] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(1, await VerifyAsync(folder, key, kept));
    }

    private async Task<int> VerifyAsync(EvidenceFolder folder, string key, string kept)
    {
        var verifier = Path.Join(sources.FullName, "artifacts", "bin", "Gatehouse.Audit.Verifier", "debug", "gatehouse-verify.dll");
        return (await OneShot.RunAsync(ProcessPlan.Dotnet(verifier, "verify", folder.Path, "--key", key, "--checkpoint", kept))).Code;
    }

    private void Copy(string file)
    {
        var to = Path.Join(sources.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(Path.Join(Repository.Root, file), to);
    }

    private static HashSet<string> Closure(string project)
    {
        HashSet<string> reached = new(StringComparer.Ordinal) { project };
        var file = XDocument.Load(Path.Join(Repository.Root, "src", project, project + ".csproj"));
        foreach (var reference in file.Descendants("ProjectReference"))
            reached.UnionWith(Closure(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)));
        return reached;
    }
}
