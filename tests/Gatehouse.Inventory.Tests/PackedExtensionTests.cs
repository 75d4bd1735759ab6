using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Tests;

/// <summary>Packed extensions: the manifest is read in place, and no archive costs more than a file.</summary>
[Trait("Requirement", "IN-01")]
public sealed class PackedExtensionTests
{
    private const string Manifest =
        """{"manifest_version":"0.3","name":"planted","server":{"type":"node","mcp_config":{"command":"npx","args":["-y","some-server"],"env":{"GITHUB_TOKEN":"ghp_Mou7aKiIZC9zbGyDMC1mZNuCFsnnNagBhRZy"}}}}""";

    [Theory]
    [InlineData("home/Downloads/one.mcpb", false)]
    [InlineData("home/Downloads/one.dxt", false)]
    [InlineData("repo/deep/one.mcpb", true)]
    public async Task Manifest_IsReadInPlace(string path, bool inRepository)
    {
        using var planted = new Planted();
        var file = Pack(planted, path, ("server/index.js", "x"), ("manifest.json", Manifest));
        var report = inRepository ? await planted.ScanTreeAsync("repo") : await planted.ScanAsync();
        var server = Assert.Single(report.Servers);
        Assert.Equal(("planted", "npx -y some-server", new SourceLocation(file, 0)), (server.Name, server.CommandLine, server.Place));
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.FloatingVersion);
        Assert.Contains(report.Findings, finding => finding.Rule.Id is "GHS4001" or "GHS4007");
        Assert.False(report.IsIncomplete);
        Assert.DoesNotContain("startLine", SarifReport.Render(report, "1.0.0"), StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task EntriesThatLeave_AreTold()
    {
        using var planted = new Planted();
        Pack(planted, "home/Downloads/x.mcpb", ("manifest.json", Manifest), ("../../.bashrc", "x"), ("/etc/cron.d/x", "x"), ("a\\..\\..\\b", "x"),
            ("fine/..name", "x"));
        var report = await planted.ScanAsync();
        Assert.Equal(["entry ../../.bashrc", "entry /etc/cron.d/x", "entry a\\..\\..\\b"],
            report.Findings.Where(finding => finding.Rule == FindingRules.LeavingArchive).Select(finding => finding.Message).Order());
        Assert.False(File.Exists(Path.Join(planted.Home, ".bashrc")));
    }

    public static TheoryData<string, byte[], string> Broken => new()
    {
        { "no archive", "PK but not really"u8.ToArray(), "not a readable ZIP archive" },
        { "empty", [], "not a readable ZIP archive" },
        { "no manifest", Zip(("other.json", "{}")), "contains no manifest.json" },
        { "two manifests", Zip(("manifest.json", Manifest), ("manifest.json", "{}")), "more than one" },
        { "broken manifest", Zip(("manifest.json", "{")), "line 1" },
        { "cut", Zip(("manifest.json", Manifest))[..60], "not a readable ZIP archive" },
        { "bomb", Zip(("manifest.json", "{\"a\":\"" + new string('a', 64 * 1024 * 1024) + "\"}")), "larger than 8 MiB" },
        { "many entries", Zip([.. Enumerable.Range(0, PackedExtension.MostEntries + 1).Select(i => ($"f{i}", ""))]), "more than 20000 entries" },
        { "large directory", Claiming(12, uint.MaxValue), "directory of the archive" },
        { "wrong offset", Claiming(16, 5), "not a readable ZIP archive" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task WhatCannotBeRead_IsNotClean(string what, byte[] archive, string why)
    {
        using var planted = new Planted();
        var file = planted.Put("home/Downloads/x.mcpb", "");
        await File.WriteAllBytesAsync(file, archive, TestContext.Current.CancellationToken);
        var report = await planted.ScanAsync();
        Assert.True(report.IsIncomplete, what);
        Assert.Contains(report.Gaps, gap => gap.What == file && gap.Why.Contains(why, StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding.Rule == FindingRules.BrokenFile && finding.Place.File == file);
        Assert.Empty(report.Servers);
    }

    // A bomb is read as far as the bound and no further.
    [Fact]
    public void Bomb_IsNotUnpacked()
    {
        var bomb = Zip(("manifest.json", new string(' ', 256 * 1024 * 1024)));
        Assert.True(bomb.Length < 4 * 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ConfigFaultException>(() => PackedExtension.Read(new MemoryStream(bomb), out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6 * BoundedFile.MostBytes);
    }

    private static string Pack(Planted planted, string path, params (string Name, string Text)[] entries)
    {
        var file = planted.Put(path, "");
        File.WriteAllBytes(file, Zip(entries));
        return file;
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    // A field of the end record that says something else than is there.
    private static byte[] Claiming(int field, uint value)
    {
        var bytes = Zip(("manifest.json", Manifest));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 22 + field), value);
        return bytes;
    }
}
