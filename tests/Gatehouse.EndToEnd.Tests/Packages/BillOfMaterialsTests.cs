using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>The bills of materials, held to the published schema of CycloneDX 1.6 and to the files and lock files that they speak of.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Requirement", "CO-06")]
public sealed class BillOfMaterialsTests(PublishedPackages packages)
{
    private static readonly string Schemas = Path.Join(Repository.Root, "tests", "Gatehouse.EndToEnd.Tests", "Packages", "Schemas");

    [Fact]
    public void Bills_AreValidByThePublishedSchema()
    {
        packages.Require();
        var schema = Schema();
        var bills = Directory.GetFiles(packages.Folder, "*.cdx.json");
        Assert.True(bills.Length is 5 or 7, "one for each package, and two for an image");
        foreach (var path in bills)
        {
            using var bill = JsonDocument.Parse(File.ReadAllBytes(path));
            var result = schema.Validate(bill.RootElement);
            Assert.True(result.Verdict == SchemaVerdict.Valid, string.Join("\n", result.Errors.Take(5)));
        }
    }

    [Theory]
    [InlineData("specVersion", 16)]
    [InlineData("serialNumber", "17")]
    [InlineData("components/0/type", "dll")]
    [InlineData("components/0/hashes/0/content", "xyz")]
    [InlineData("components/0/licenses/0/license/id", "Apache 2")]
    public void TheSchema_RefusesWhatIsWrong(string path, object value)
    {
        packages.Require();
        var bill = JsonNode.Parse(File.ReadAllBytes(packages.ToolBill))!;
        var steps = path.Split('/');
        var holder = steps[..^1].Aggregate(bill, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        holder[steps[^1]] = value is int number ? number : (string)value;
        using var changed = JsonDocument.Parse(bill.ToJsonString());
        Assert.Equal(SchemaVerdict.Invalid, Schema().Validate(changed.RootElement).Verdict);
    }

    [Fact]
    public void EveryComponent_HasPurlVersionLicenceAndHash_AndEveryReferenceLeadsSomewhere()
    {
        packages.Require();
        foreach (var path in Directory.GetFiles(packages.Folder, "*.cdx.json"))
        {
            using var bill = JsonDocument.Parse(File.ReadAllBytes(path));
            var subject = bill.RootElement.GetProperty("metadata").GetProperty("component");
            var file = path.Replace(".cdx.json", "", StringComparison.Ordinal);
            if (new[] { ".tar.gz", ".zip", ".nupkg" }.Select(end => file + end).SingleOrDefault(File.Exists) is { } package)
                Assert.Equal(Hashes.OfFile(package), subject.GetProperty("hashes")[0].GetProperty("content").GetString());
            else Assert.Contains("-image-", file, StringComparison.Ordinal); // it is about a manifest within the layout
            var components = bill.RootElement.GetProperty("components").EnumerateArray().ToList();
            Assert.All(components, component =>
            {
                Assert.StartsWith("pkg:", component.GetProperty("purl").GetString(), StringComparison.Ordinal);
                Assert.NotEmpty(component.GetProperty("version").GetString()!);
                Assert.Equal(1, component.GetProperty("licenses").GetArrayLength());
                Assert.True(component.GetProperty("type").GetString() == "data" || component.GetProperty("hashes").GetArrayLength() > 0);
            });
            var references = components.Append(subject).Select(component => component.GetProperty("bom-ref").GetString()!).ToList();
            var dependencies = bill.RootElement.GetProperty("dependencies").EnumerateArray().ToList();
            var rows = dependencies.Select(one => one.GetProperty("ref").GetString()!);
            Assert.Equal(references.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
            var used = dependencies.SelectMany(one => one.GetProperty("dependsOn").EnumerateArray().Select(name => name.GetString()!)).ToHashSet();
            Assert.Subset(references.ToHashSet(), used);
            Assert.DoesNotContain(references, name => name != subject.GetProperty("bom-ref").GetString() && !used.Contains(name));
        }
    }

    [Fact]
    public void Packages_AreThoseOfTheLockFile()
    {
        packages.Require();
        var locked = Locked("packages.lock.json");
        Assert.Equal(locked, Locked("packages.linux-x64.lock.json"));
        Assert.Equal(locked, Locked("packages.single.lock.json"));
        Assert.Equal(Locked("packages.lock.json", "Gatehouse.Wrap"), Locked("packages.wrapper.lock.json", "Gatehouse.Wrap"));
        foreach (var path in Directory.GetFiles(packages.Folder, "*.cdx.json"))
        {
            using var bill = JsonDocument.Parse(File.ReadAllBytes(path));
            Assert.Equal(locked, bill.RootElement.GetProperty("components").EnumerateArray().Where(component => component.TryGetProperty("properties", out _))
                .Select(component => $"{component.GetProperty("purl").GetString()} {component.GetProperty("properties")[0].GetProperty("value").GetString()}")
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void ProgramsOfTheArchive_AreFilesOfItsBill()
    {
        packages.Require();
        using var bill = JsonDocument.Parse(File.ReadAllBytes(packages.ArchiveBill));
        var files = bill.RootElement.GetProperty("metadata").GetProperty("component").GetProperty("components").EnumerateArray()
            .ToDictionary(file => file.GetProperty("name").GetString()!, file => file.GetProperty("hashes")[0].GetProperty("content").GetString());
        foreach (var program in new[] { "gatehouse", "gatehouse-wrap" })
            Assert.Equal(Hashes.OfFile(Path.Join(packages.Unpacked, program)), files.GetValueOrDefault(program));
    }

    [Fact]
    public void EveryAssemblyOfTheTool_IsAComponentOrAPartOfOne()
    {
        packages.Require();
        var text = File.ReadAllText(packages.ToolBill);
        using var archive = ZipFile.OpenRead(packages.Tool);
        var own = archive.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)
            && entry.Name.StartsWith("gatehouse", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.True(own.Count > 20);
        Assert.All(own, entry =>
        {
            using var stream = entry.Open();
            Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)), text, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(archive.Entries, entry => entry.Name.Contains("range", StringComparison.OrdinalIgnoreCase));
    }

    // The program holds no file of an assembly. What the compiler read is known by its command line only.
    [Fact]
    public void EveryAssemblyThatTheCompilerRead_IsAComponentOfTheArchiveOrAPartOfOne()
    {
        packages.Require();
        var text = File.ReadAllText(packages.ArchiveBill);
        var inputs = File.ReadAllLines(Path.Join(Repository.Root, "artifacts", "obj", "Gatehouse.Cli.linux-x64", "release_linux-x64", "native", "gatehouse.ilc.rsp"));
        var read = inputs.Select(static line => line.StartsWith("-r:", StringComparison.Ordinal) ? line[3..] : line)
            .Where(static line => line.EndsWith(".dll", StringComparison.Ordinal) && line[0] != '-').ToList();
        var own = read.Where(static path => Path.GetFileName(path).StartsWith("gatehouse", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.True(own.Count > 20);
        Assert.All(own, path => Assert.Contains(Hashes.OfFile(path), text, StringComparison.Ordinal));
        // The others are of packages: a folder has the name of the package, and the next one its version.
        Assert.All(read.Except(own), path =>
        {
            var folders = path.Split('/');
            Assert.Contains(folders.Zip(folders.Skip(1), static (name, version) => $"pkg:nuget/{name}@{version}"),
                package => text.Contains(package, StringComparison.OrdinalIgnoreCase));
        });
    }

    // Analyzers and compilers of the build are locked too, and are in no package.
    private static List<string> Locked(string file, string project = "Gatehouse.Cli")
    {
        string[] tools = ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.DotNet.ILCompiler", "Microsoft.NET.ILLink.Tasks"];
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(Repository.Root, "src", project, file)));
        return [.. document.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(one => one.Value.GetProperty("type").GetString() != "Project" && !tools.Contains(one.Name, StringComparer.Ordinal))
            .Select(one => $"pkg:nuget/{one.Name}@{one.Value.GetProperty("resolved").GetString()} sha512-{one.Value.GetProperty("contentHash").GetString()}")
            .Order(StringComparer.Ordinal)];
    }

    // The schemas of licences and signatures are files of their own, found by their ids once they are a part of the document.
    private static JsonSchema Schema()
    {
        var schema = JsonNode.Parse(File.ReadAllBytes(Path.Join(Schemas, "bom-1.6.schema.json")))!;
        foreach (var name in new[] { "spdx.schema.json", "jsf-0.82.schema.json" })
            schema["definitions"]![name] = JsonNode.Parse(File.ReadAllBytes(Path.Join(Schemas, name)));
        var options = SchemaOptions.Default with { AssertFormats = true };
        var bytes = System.Text.Encoding.UTF8.GetBytes(schema.ToJsonString());
        Assert.True(JsonSchema.TryCompile(bytes, options, out var compiled, out var fault), fault?.ToString());
        return compiled!;
    }
}
