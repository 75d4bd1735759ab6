using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>The archive for Linux on x64, as an operator unpacks it on a machine without .NET.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Requirement", "CO-06")]
public sealed class ArchiveTests(PublishedPackages packages)
{
    private const string Planted = """{ "mcpServers": { "loose": { "command": "npx", "args": ["-y", "@example/notes"] } } }""";

    [Fact]
    public async Task Archive_HoldsTheProgramAndItsLicences_AndNoAttack()
    {
        packages.Require();
        await using var file = File.OpenRead(packages.Archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        List<(string Name, int User, int Group, DateTimeOffset Time)> entries = [];
        while (await tar.GetNextEntryAsync() is { } entry)
            entries.Add((entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..], entry.Uid, entry.Gid, entry.ModificationTime));
        string[] expected = ["LICENSE", "README.md", "THIRD-PARTY.md", "gatehouse", "gatehouse-wrap", "libe_sqlite3.so", "licenses/"];
        Assert.Equal(expected, entries.Select(entry => entry.Name).Where(name => name.Length > 0 && !name.StartsWith("licenses/m", StringComparison.Ordinal)));
        Assert.Equal(entries.Select(entry => entry.Name).Order(StringComparer.Ordinal), entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal((0, 0, entries[0].Time), (entry.User, entry.Group, entry.Time)));
        Assert.DoesNotContain("wrong-audience", await OutputAsync("explain"), StringComparison.Ordinal);
        var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan(Path.Join(packages.Unpacked, "gatehouse"), ["range", "list"]));
        Assert.True(code == 3 && errors.Contains("gatehouse-range: the file does not exist", StringComparison.Ordinal), errors);
    }

    // Versions of glibc that its symbols have: the pages name the newest one.
    [Theory]
    [InlineData("gatehouse")]
    [InlineData("gatehouse-wrap")]
    [InlineData("libe_sqlite3.so")]
    public async Task Program_IsLinkedWithGlibcAlone_OfTheVersionThatThePagesName(string program)
    {
        packages.Require();
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan("objdump", ["-p", Path.Join(packages.Unpacked, program)]));
        Assert.True(code == 0, errors);
        var needed = Regex.Matches(output, @"NEEDED +(\S+)").Select(match => match.Groups[1].Value).ToList();
        Assert.Subset(new HashSet<string> { "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2" }, needed.ToHashSet());
        Assert.Contains("libc.so.6", needed);
        var newest = Regex.Matches(output, @"GLIBC_(\d+\.\d+)").Select(match => Version.Parse(match.Groups[1].Value)).Max();
        Assert.True(newest <= new Version(2, 34), $"the program needs glibc {newest}");
        foreach (var page in new[] { "README.md", "docs/operators/install.md", "eng/archive-readme.md" })
            Assert.Contains("2.34", await File.ReadAllTextAsync(Path.Join(Repository.Root, page)), StringComparison.Ordinal);
    }

    // Links to pages and paths of the repository would lead nowhere in the archive.
    [Fact]
    public async Task Readme_NamesOnlyPathsOfTheArchive_AndCommandsThatRun()
    {
        packages.Require();
        var readme = await File.ReadAllTextAsync(Path.Join(packages.Unpacked, "README.md"));
        Assert.Contains(Path.GetFileName(packages.Archive).Split('-')[1], readme.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("](", readme, StringComparison.Ordinal);
        var named = Regex.Matches(readme, "`([^` \n]+)`").Select(match => match.Groups[1].Value)
            .Where(word => word.Contains('/', StringComparison.Ordinal) || char.IsUpper(word[0]) || word == "gatehouse").ToList();
        Assert.Contains("licenses/", named);
        // The pages of the documentation are said to be in the repository.
        string Root(string path) => path.StartsWith("docs/", StringComparison.Ordinal) ? Repository.Root : packages.Unpacked;
        Assert.All(named, path => Assert.True(Path.Exists(Path.Join(Root(path), path)), path));
        foreach (var line in readme.Split('\n').Where(line => line.StartsWith("./gatehouse ", StringComparison.Ordinal)))
        {
            var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            var help = await OutputAsync([words[0], "--help"]);
            Assert.Contains($"  gatehouse {words[0]} ", help, StringComparison.Ordinal);
            Assert.All(words[1..].Where(word => word.StartsWith('-')), option => Assert.Contains($"  {option} ", help, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Checksums_FitTheFiles()
    {
        packages.Require();
        var lines = await File.ReadAllLinesAsync(Path.Join(packages.Folder, "SHA256SUMS"));
        string[] besides = ["SHA256SUMS", "SHA256SUMS.sig", "release.txt"]; // the sums, and what signs them
        var files = Directory.GetFiles(packages.Folder).Select(Path.GetFileName).Except(besides).Order(StringComparer.Ordinal);
        Assert.Equal(files, lines.Select(line => line[66..]).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal(line[..64], Hashes.OfFile(Path.Join(packages.Folder, line[66..]))));
    }

    [Fact]
    public async Task SecondRun_GivesTheSameBytes()
    {
        packages.Require();
        var again = packages.FolderFor("again");
        var image = Directory.GetFiles(packages.Folder, "*.oci.tar").Length > 0;
        var (code, output) = await PublishedPackages.PublishAsync(again, "--only", "linux-x64,win-x64,tool" + (image ? ",image" : ""));
        Assert.True(code == 0, output);
        var first = await File.ReadAllLinesAsync(Path.Join(packages.Folder, "SHA256SUMS"));
        var second = await File.ReadAllLinesAsync(Path.Join(again, "SHA256SUMS"));
        // The signature of an image is within it, and no signature on P-256 is made twice; the provenance names what was asked for.
        Assert.Subset(first.ToHashSet(), second.Where(static line => !line.EndsWith("provenance.json", StringComparison.Ordinal)
            && !line.EndsWith(".oci.tar", StringComparison.Ordinal)).ToHashSet());
        if (image) Assert.Equal(await ImageDigestAsync(packages.Folder), await ImageDigestAsync(again));
    }

    [Fact]
    public async Task EmptyRoot_TellsItsVersionScansAndChecksPolicy()
    {
        packages.Require();
        var root = await EmptyRoot.MakeAsync(packages.FolderFor("scan-root"), packages.Unpacked, EmptyRoot.Base);
        root.Put("repo/.mcp.json", Planted);
        using var version = JsonDocument.Parse((await root.RunAsync("version", "--json")).Output);
        Assert.Equal("linux-x64", version.RootElement.GetProperty("build").GetProperty("platform").GetString());
        var (code, output, errors) = await root.RunAsync("scan", "--path", "/repo");
        Assert.True(code == 1 && output.Contains("GHS2001", StringComparison.Ordinal), output + errors);
        (code, output, errors) = await root.RunAsync("policy", "check", "--preset", "team");
        Assert.True(code == 0 && output.Contains("no faults", StringComparison.Ordinal), output + errors);
        (code, output, errors) = await root.RunAsync("lock", "verify");
        Assert.True(code == 3 && errors.Contains("install the package libssl3", StringComparison.Ordinal) && errors.Count('\n') == 1, output + errors);
        // There is no list of accounts here, and the lock's approver is one by default.
        foreach (var library in EmptyRoot.Gateway) root.AddLibrary(library);
        (code, output, errors) = await root.RunAsync("lock", "verify");
        Assert.True(code != 0 && errors.Contains("gatehouse.lock does not exist", StringComparison.Ordinal), output + errors);
    }

    [Fact]
    public async Task EmptyRoot_ServesWithTheLibrariesThatThePageNames()
    {
        packages.Require();
        var root = await EmptyRoot.MakeAsync(packages.FolderFor("serve-root"), packages.Unpacked, EmptyRoot.Base);
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        root.Put("gatehouse.yaml", new GatewayConfiguration(url, "/state")
        {
            Issuers = ["http://127.0.0.1:1"],
            Servers = [new GatewayServer("tickets", "/mcp/tickets") { Url = "https://tickets.example.com/mcp" }],
            Anyone = true,
        }.ToYaml());
        foreach (var library in EmptyRoot.Gateway) root.AddLibrary(library);
        root.Move("opt/gatehouse/libe_sqlite3.so", "tmp/libe_sqlite3.so");
        var (code, _, errors) = await root.RunAsync("serve", "--config", "/gatehouse.yaml");
        Assert.True(code != 0 && errors.Contains("Keep all files of the package in one folder", StringComparison.Ordinal), errors);
        root.Move("tmp/libe_sqlite3.so", "opt/gatehouse/libe_sqlite3.so");
        await using var gateway = await HostedProcess.StartAsync(root.Plan("serve", "--config", "/gatehouse.yaml"));
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(url + "/mcp/tickets"), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Version_NamesTheCommitOfTheCheckout()
    {
        packages.Require();
        using var json = JsonDocument.Parse(await OutputAsync("version", "--json"));
        var build = json.RootElement.GetProperty("build");
        var (code, head, _) = await OneShot.RunAsync(new ProcessPlan("sh", ["-c", "git -C \"$1\" rev-parse HEAD", "sh", Repository.Root]));
        var expected = code == 0 ? head.Trim() : "unknown";
        Assert.Equal(expected, build.GetProperty("commit").GetString()!.Replace("-modified", "", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(packages.Archive), $"gatehouse-{build.GetProperty("gatehouse").GetString()}-linux-x64.tar.gz", StringComparison.Ordinal);
        Assert.Equal(["modern", "legacy"], build.GetProperty("protocol").EnumerateObject().Select(era => era.Name));
        Assert.All(build.GetProperty("formats").EnumerateObject(), format => Assert.True(format.Value.GetInt32() > 0, format.Name));
    }

    // A wrapper starts the host of the account by the command, which in a package is no assembly. GH7011 is an answer of the host.
    [Theory]
    [InlineData("gatehouse gatehouse-wrap libe_sqlite3.so", "gatehouse", 1, "GH7011")]
    [InlineData("gatehouse libe_sqlite3.so", "gatehouse", 1, "GH7011")] // copied without the wrapper
    [InlineData("gatehouse-wrap", "gatehouse-wrap", 3, "gatehouse does not exist; keep the files of the archive in one folder")]
    public async Task Wrapper_StartsTheHost(string files, string program, int exit, string expected)
    {
        packages.Require();
        await using var account = new PersonalAccount(packages, Copied(files));
        var (code, _, errors) = await account.RunAsync(program, "wrap", "--", "/bin/cat");
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("is not used", errors, StringComparison.Ordinal);
        Assert.Equal(exit, code);
    }

    // CWE-426: what passes between a client and its server is for no program that another account could have put there.
    [Theory]
    [InlineData("chmod 777 gatehouse-wrap", "gatehouse-wrap is not used: ")]
    [InlineData("mv gatehouse-wrap other && ln -s other gatehouse-wrap", "gatehouse-wrap is not used: it is a link to other")]
    [InlineData("echo text > gatehouse-wrap", "gatehouse-wrap is not used: system error 8")]
    public async Task Wrapper_ThatIsNotOurs_IsNotRun_AndTheCommandIsTheWrapper(string act, string expected)
    {
        packages.Require();
        var folder = Copied("gatehouse gatehouse-wrap libe_sqlite3.so");
        var (done, _, fault) = await OneShot.RunAsync(new ProcessPlan("sh", ["-c", $"cd '{folder}' && {act}"]));
        Assert.True(done == 0, fault);
        await using var account = new PersonalAccount(packages, folder);
        var (code, _, errors) = await account.RunAsync("gatehouse", "wrap", "--", "/bin/cat");
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Contains("GH7011", errors, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    // One process for each wrapped server: the small program takes the place of the command, with its streams, and ends as the server ends. A scan
    // knows it as ours, and so the server that it started.
    [Fact]
    public async Task Wrapper_IsAProgramOfItsOwn_ThatAScanKnows()
    {
        packages.Require();
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script of util-linux, which makes a terminal, is not there");
        await using var account = new PersonalAccount(packages, packages.Unpacked);
        var (server, parent, scan) = (Path.Join(account.Home, "mcp-server-acme"), Path.Join(account.Home, "parent"), Path.Join(account.Home, "scan"));
        await File.WriteAllTextAsync(server,
            $"#!/bin/sh\nreadlink /proc/$PPID/exe > {parent}\n{account.Program("gatehouse")} scan --json > {scan} 2> /dev/null\nexit 7\n");
        File.SetUnixFileMode(server, (UnixFileMode)0b111_000_000);
        string[] wrapped = ["wrap", "--", server];
        var (_, _, errors) = await account.RunAsync("gatehouse", wrapped);
        var id = errors.Split("gatehouse wrap command approve ")[1][..12];
        var (approved, output, _) = await account.AtTerminalAsync("yes", $"wrap command approve {id}");
        Assert.True(approved == 0, output);
        Assert.Equal(7, (await account.RunWithClientAsync("gatehouse", wrapped)).Code);
        Assert.Equal(account.Program("gatehouse-wrap"), (await File.ReadAllTextAsync(parent)).Trim());
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(scan));
        var running = report.RootElement.GetProperty("scan").GetProperty("running").EnumerateArray()
            .Where(one => one.GetProperty("commandLine").GetString()!.Contains("mcp-server-acme", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(running);
        Assert.All(running, one => Assert.True(one.GetProperty("configured").GetBoolean(), one.GetRawText()));
    }

    // The digest of the image for both architectures, before something is attached to it.
    private static async Task<string> ImageDigestAsync(string folder)
    {
        var (code, index, errors) = await OneShot.RunAsync(new ProcessPlan("tar",
            ["--extract", "--to-stdout", "--file", Directory.GetFiles(folder, "*.oci.tar").Single(), "./index.json"]));
        Assert.True(code == 0, errors);
        using var json = JsonDocument.Parse(index);
        return json.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
    }

    private string Copied(string files)
    {
        var folder = packages.NewFolder("copied");
        foreach (var file in files.Split(' ')) File.Copy(Path.Join(packages.Unpacked, file), Path.Join(folder, file));
        return folder;
    }

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var (code, output, errors) = await OneShot.RunAsync(new ProcessPlan(Path.Join(packages.Unpacked, "gatehouse"), arguments));
        Assert.True(code == 0, errors);
        return output;
    }
}
