using System.Diagnostics;
using System.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Integrity.Tests.Locks;

[Trait("Requirement", "TP-02")]
public sealed class LockFileTests
{
    [Fact]
    public void File_ReadsBackAsItWasWritten()
    {
        VolatileRule.TryCreate(DefinitionKind.Tool, "now", "/description", "It is .*", out VolatileRule? rule, out _);
        LockedDefinition now = Samples.Locked(Samples.Tool("""{"name":"now","description":"It is ten","max":18446744073709551615}"""), rule!) with
        {
            Approval = new Approval("ada", Samples.Noon, "fine") { Expires = Samples.Noon.AddDays(30), Signatures = [new ApprovalSignature("k", new string('A', 86))] },
        };
        LockedServer server = Samples.Server(now, Samples.Locked(Samples.Definition(DefinitionKind.Instructions, "\"Be \\u202e kind\"")), Samples.Locked(Samples.Tool(Samples.Read))) with
        {
            Version = "1.2.3", Integrity = "sha512-x", Command = ["npx", "${home}"], Volatile = [new LockedVolatility(rule!, "it tells the time")],
        };
        byte[] written = LockWriter.Write(new LockFile([server]));
        LockFile read = Read(written);
        Assert.Equal(written, LockWriter.Write(read));
        LockedServer back = read.Find("files")!;
        Assert.Equal((server.Source, "1.2.3", "sha512-x"), (back.Source, back.Version, back.Integrity));
        Assert.Equal(server.Command, back.Command);
        Assert.Equal(now.Approval.Expires, back.Find(DefinitionKind.Tool, "now")!.Approval!.Expires);
        Assert.Equal("it tells the time", Assert.Single(back.Volatile).Reason);
        Assert.Equal(now.Digest, back.Find(DefinitionKind.Tool, "now")!.Digest);
    }

    [Fact]
    public void File_ShowsTextsInFull_AndNothingUnseen()
    {
        string text = Encoding.UTF8.GetString(LockWriter.Write(new LockFile([Samples.Server(Samples.Locked(Samples.Tool("""{"name":"ü","description":"a\u200bb\ud83d\ude00\udb40\udc41\nnew line"}""")))])));
        Assert.Contains("\"name\": \"ü\"", text, StringComparison.Ordinal);
        Assert.Contains("\"description\": \"a\\u200bb😀\\udb40\\udc41\\nnew line\"", text, StringComparison.Ordinal);
        Assert.Contains("\"~\": \"end\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_IsThatOfNames_WhateverTheServersOrder()
    {
        LockedDefinition a = Samples.Locked(Samples.Tool("""{"name":"a"}"""));
        LockedDefinition b = Samples.Locked(Samples.Tool("""{"name":"b"}"""));
        Assert.Equal(LockWriter.Write(new LockFile([Samples.Server(a, b)])), LockWriter.Write(new LockFile([Samples.Server(b, a)])));
    }

    [Fact]
    public void Additions_OfTwoBranches_Merge()
    {
        LockedDefinition[] all = [.. "abcdef".Select(name => Samples.Locked(Samples.Tool($"{{\"name\":\"{name}\"}}")))];
        string folder = Directory.CreateTempSubdirectory("gatehouse-lock").FullName;
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
    [InlineData("<<<<<<< ours\n{}", "", "not one unambiguous JSON document")]
    [InlineData("{\"version\":1,\"servers\":{\"a\":{\"source\":{\"kind\":\"magic\",\"identity\":\"x\"},\"definitions\":{}}}}", "/servers/a/source/kind", "none of the values")]
    [InlineData("{\"version\":1,\"servers\":{\"a\":{\"source\":{\"kind\":\"origin\",\"identity\":\"x\"},\"definitions\":{\"widget/a\":{}}}}}", "/servers/a/definitions", "not allowed")]
    public void FaultyFile_IsRefusedWithPlaceAndReason(string json, string path, string message)
    {
        Assert.False(LockReader.TryRead(Encoding.UTF8.GetBytes(json), out LockFile? file, out IReadOnlyList<LockFault> faults));
        Assert.Null(file);
        Assert.Contains(faults, fault => fault.Path == path && fault.Message.Contains(message, StringComparison.Ordinal) && fault.Remedy.Length > 0);
    }

    [Theory]
    [InlineData("Reads a file", "Sends a file", "digest is not that")]
    [InlineData("tool/read_file", "tool/read_all", "another name")]
    [InlineData("2026-11-19T12:00:00Z", "2026-13-19T12:00:00Z", "no such time")]
    public void EditedFile_IsRefused(string text, string by, string message)
    {
        string written = Encoding.UTF8.GetString(LockWriter.Write(new LockFile([Samples.Server(Samples.Locked(Samples.Tool(Samples.Read)))])));
        string edited = written.Replace(text, by, StringComparison.Ordinal);
        Assert.NotEqual(written, edited);
        Assert.False(LockReader.TryRead(Encoding.UTF8.GetBytes(edited), out _, out IReadOnlyList<LockFault> faults));
        Assert.Contains(faults, fault => fault.Message.Contains(message, StringComparison.Ordinal));
    }

    private static LockFile Read(byte[] bytes)
    {
        Assert.True(LockReader.TryRead(bytes, out LockFile? file, out IReadOnlyList<LockFault> faults), string.Join('\n', faults));
        return file!;
    }

    private static byte[] Merge(string folder, LockedDefinition[] common, LockedDefinition[] ours, LockedDefinition[] theirs)
    {
        string[] files = [Write("ours", ours), Write("common", common), Write("theirs", theirs)];
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder };
        foreach (string argument in (string[])["merge-file", .. files])
            start.ArgumentList.Add(argument);
        try
        {
            using Process git = Process.Start(start)!;
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
            string path = Path.Combine(folder, name);
            File.WriteAllBytes(path, LockWriter.Write(new LockFile([Samples.Server(definitions)])));
            return path;
        }
    }
}
