using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Integrity.Tests.Locks;

[Trait("Requirement", "TP-02")]
public sealed class LockFileTests
{
    [Fact]
    public void File_ReadsBackAsItWasWritten()
    {
        VolatileRule.TryCreate(DefinitionKind.Tool, "now", "/description", "It is .*", out var rule, out _);
        var now = Samples.Locked(Samples.Tool("""{"name":"now","description":"It is ten","max":18446744073709551615}"""), rule!) with
        {
            Approval = new Approval("ada", Samples.Noon, "fine")
            { Expires = Samples.Noon.AddDays(30), Signatures = [new ApprovalSignature("k", new string('A', 86))] },
        };
        var server = Samples.Server(now, Samples.Locked(Samples.Definition(DefinitionKind.Instructions, "\"Be \\u202e kind\"")),
            Samples.Locked(Samples.Tool(Samples.Read))) with
        {
            Version = "1.2.3",
            Integrity = "sha512-x",
            Command = ["npx", "${home}"],
            Volatile = [new LockedVolatility(rule!, "it tells the time")],
        };
        var written = LockWriter.Write(new LockFile([server]));
        var read = Read(written);
        Assert.Equal(written, LockWriter.Write(read));
        var back = read.Find("files")!;
        Assert.Equal((server.Source, "1.2.3", "sha512-x"), (back.Source, back.Version, back.Integrity));
        Assert.Equal(server.Command, back.Command);
        Assert.Equal(now.Approval.Expires, back.Find(DefinitionKind.Tool, "now")!.Approval!.Expires);
        Assert.Equal("it tells the time", Assert.Single(back.Volatile).Reason);
        Assert.Equal(now.Digest, back.Find(DefinitionKind.Tool, "now")!.Digest);
    }

    // Made by another program, from the published format alone.
    [Fact]
    public void SampleOfVersion1_ReadsAndIsWrittenTheSame()
    {
        var sample = File.ReadAllBytes(Path.Combine(TestData.Repository(), "tests", "compat", "lock", "v1", "gatehouse.lock"));
        var file = Read(sample);
        Assert.Equal(["files", "search"], file.Servers.Select(server => server.Name));
        Assert.Equal(Encoding.UTF8.GetString(sample), Encoding.UTF8.GetString(LockWriter.Write(file)));
    }

    [Fact]
    public void File_ShowsTextsInFull_AndNothingUnseen()
    {
        var text = Encoding.UTF8.GetString(
            LockWriter.Write(new LockFile(
                [Samples.Server(Samples.Locked(Samples.Tool("""{"name":"ü","description":"a\u200bb\ud83d\ude00\udb40\udc41\nnew line"}""")))])));
        Assert.Contains("\"name\": \"ü\"", text, StringComparison.Ordinal);
        Assert.Contains("\"description\": \"a\\u200bb😀\\udb40\\udc41\\nnew line\"", text, StringComparison.Ordinal);
        Assert.Contains("\"~\": \"end\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Definition_IsShownWithoutWhatTheFormLeavesUnseen()
    {
        var lines = Integrity.Differences.DefinitionText.Lines(Samples.Tool("""{"name":"a","description":"\u17b4\u200b"}"""));
        Assert.Contains("  \"description\": \"\\u{17B4}\\u200b\",", lines);
    }

    // The form on disk: a lock that is written again differs in nothing, whatever the table of appearances learns.
    [Fact]
    public void CodePointsThatAreEscaped_AreThoseOfVersion1()
    {
        foreach (var codePoint in Enumerable.Range(0, 0x110000).Where(one => Rune.IsValid(one)))
        {
            var text = char.ConvertFromUtf32(codePoint);
            var written = Encoding.UTF8.GetString(PlainJson.Write(JsonSerializer.SerializeToElement(text)));
            var expected = codePoint is '"' or '\\' ? "\\" + text : Shown(codePoint) ? text : codePoint == '\n' ? "\\n"
                : string.Concat(text.Select(c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")));
            Assert.Equal($"\"{expected}\"\n", written);
        }

        static bool Shown(int codePoint) => codePoint == ' ' || (codePoint is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F
                or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or (>= 0x180B and <= 0x180F))
            && CharUnicodeInfo.GetUnicodeCategory(codePoint) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.EnclosingMark));
    }

    [Fact]
    public void Order_IsThatOfNames_WhateverTheServersOrder()
    {
        var a = Samples.Locked(Samples.Tool("""{"name":"a"}"""));
        var b = Samples.Locked(Samples.Tool("""{"name":"b"}"""));
        Assert.Equal(LockWriter.Write(new LockFile([Samples.Server(a, b)])), LockWriter.Write(new LockFile([Samples.Server(b, a)])));
    }

    [Fact]
    public void Additions_OfTwoBranches_Merge()
    {
        LockedDefinition[] all = [.. "abcdef".Select(name => Samples.Locked(Samples.Tool($"{{\"name\":\"{name}\"}}")))];
        var folder = Directory.CreateTempSubdirectory("gatehouse-lock").FullName;
        try
        {
            Assert.Equal(LockWriter.Write(new LockFile([Samples.Server([.. all])])), Merge(folder, all[1..5], [.. all[..5]], all[1..]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("{\"version\":2,\"servers\":{}}", "/version", "format 2")]
    [InlineData("{\"version\":1}", "", "lacks the member \"servers\"")]
    [InlineData("{\"version\":1,\"servers\":{},\"more\":1}", "", "\"more\", which is not allowed")]
    [InlineData("{\"version\":1,\"version\":1,\"servers\":{}}", "", "DuplicateName")]
    [InlineData("<<<<<<< ours\n{}", "", "not exactly one JSON document")]
    [InlineData("{\"version\":1,\"servers\":{\"a\":{\"source\":{\"kind\":\"magic\",\"identity\":\"x\"},\"definitions\":{}}}}",
        "/servers/a/source/kind", "is not an allowed value")]
    [InlineData("{\"version\":1,\"servers\":{\"a\":{\"source\":{\"kind\":\"origin\",\"identity\":\"x\"},\"definitions\":{\"widget/a\":{}}}}}",
        "/servers/a/definitions", "not allowed")]
    public void FaultyFile_IsRefusedWithPlaceAndReason(string json, string path, string message)
    {
        Assert.False(LockReader.TryRead(Encoding.UTF8.GetBytes(json), out var file, out var faults));
        Assert.Null(file);
        Assert.Contains(faults, fault => fault.Path == path && fault.Message.Contains(message, StringComparison.Ordinal) && fault.Remedy.Length > 0);
    }

    [Theory]
    [InlineData("Reads a file", "Sends a file", "digest does not match")]
    [InlineData("tool/read_file", "tool/read_all", "differs from the name")]
    [InlineData("2026-11-19T12:00:00Z", "2026-13-19T12:00:00Z", "not a time")]
    public void EditedFile_IsRefused(string text, string by, string message)
    {
        var written = Encoding.UTF8.GetString(LockWriter.Write(new LockFile([Samples.Server(Samples.Locked(Samples.Tool(Samples.Read)))])));
        var edited = written.Replace(text, by, StringComparison.Ordinal);
        Assert.NotEqual(written, edited);
        Assert.False(LockReader.TryRead(Encoding.UTF8.GetBytes(edited), out _, out var faults));
        Assert.Contains(faults, fault => fault.Message.Contains(message, StringComparison.Ordinal));
    }

    private static LockFile Read(byte[] bytes)
    {
        Assert.True(LockReader.TryRead(bytes, out var file, out var faults), string.Join('\n', faults));
        return file!;
    }

    private static byte[] Merge(string folder, LockedDefinition[] common, LockedDefinition[] ours, LockedDefinition[] theirs)
    {
        string[] files = [Write("ours", ours), Write("common", common), Write("theirs", theirs)];
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder };
        foreach (var argument in (string[])["merge-file", .. files])
            start.ArgumentList.Add(argument);
        try
        {
            using var git = Process.Start(start)!;
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed");
        }

        return File.ReadAllBytes(files[0]);

        string Write(string name, LockedDefinition[] definitions)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, LockWriter.Write(new LockFile([Samples.Server(definitions)])));
            return path;
        }
    }
}
