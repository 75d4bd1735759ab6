using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Integrity.Tests.Locks;

[Trait("Requirement", "TP-02")]
public sealed class LockEditTests
{
    private static readonly ServerDefinition Read = Samples.Tool(Samples.Read);
    private static readonly ServerDefinition Write = Samples.Tool("""{"name":"write_file","description":"Writes."}""");
    private static readonly Approval Word = new("ada", Samples.Noon, "read");
    private static readonly ServerIdentity Identity = new(Samples.Source) { Version = "1.2.3", Command = ["npx", "@example/files@1.2.3"] };

    [Fact]
    public void Put_LocksWhatIsChosen_AndLeavesTheRest()
    {
        var first = LockEdit.Put(new LockFile([]), Observed(Read, Write), one => one.Name == "read_file", Word);
        var server = Assert.Single(first.Servers);
        Assert.Equal(("1.2.3", 1), (server.Version, server.Definitions.Count));
        var second = LockEdit.Put(first, Observed(Read, Write), one => one.Name == "write_file", null);
        Assert.Equal(Word, second.Find("files")!.Find(DefinitionKind.Tool, "read_file")!.Approval);
        Assert.Null(second.Find("files")!.Find(DefinitionKind.Tool, "write_file")!.Approval);
        Assert.True(LockReader.TryRead(LockWriter.Write(second), out var read, out _));
        Assert.Equal(LockWriter.Write(second), LockWriter.Write(read));
    }

    [Fact]
    public void OtherSource_IsAnotherServer_OfWhichNothingOldStays()
    {
        var first = LockEdit.Put(new LockFile([]), Observed(Read, Write), _ => true, Word);
        var moved = Observed(Read) with { Identity = new ServerIdentity(Samples.Source with { Identity = "@other/files" }) };
        var second = LockEdit.Put(first, moved, _ => true, Word);
        Assert.Equal("read_file", Assert.Single(Assert.Single(second.Servers).Definitions).Definition.Name);
    }

    [Fact]
    public void NewPattern_TakesTheApprovalOfWhatItLoosens()
    {
        var first = LockEdit.Put(new LockFile([]), Observed(Read, Write), _ => true, Word);
        Assert.True(VolatileRule.TryCreate(DefinitionKind.Tool, "write_file", "/description", "Writes.*", out var rule, out _));
        var second = LockEdit.Put(first, Observed(Read, Write), _ => false, null, [new LockedVolatility(rule, "clock")]);
        Assert.Null(second.Find("files")!.Find(DefinitionKind.Tool, "write_file")!.Approval);
        Assert.NotNull(second.Find("files")!.Find(DefinitionKind.Tool, "read_file")!.Approval);
        Assert.True(LockReader.TryRead(LockWriter.Write(second), out _, out var faults), string.Join(' ', faults));
    }

    [Fact]
    public void Revoke_TakesTheApprovalAndKeepsTheDefinition()
    {
        var locked = LockEdit.Put(new LockFile([]), Observed(Read, Write), _ => true, Word);
        var revoked = LockEdit.Revoke(locked, new DefinitionRef("files", DefinitionKind.Tool, "read_file"), out var count);
        Assert.Equal(1, count);
        Assert.Null(revoked.Find("files")!.Find(DefinitionKind.Tool, "read_file")!.Approval);
        Assert.NotNull(revoked.Find("files")!.Find(DefinitionKind.Tool, "write_file")!.Approval);
        LockEdit.Revoke(revoked, new DefinitionRef("files", DefinitionKind.Tool, "read_file"), out count);
        Assert.Equal(0, count);
        LockEdit.Revoke(revoked, new DefinitionRef("none", null, null), out count);
        Assert.Equal(0, count);
    }

    [Theory]
    [InlineData("files", "files")]
    [InlineData("files/tool", "files/tool")]
    [InlineData("files/tool/a/b", "files/tool/a/b")]
    [InlineData("files/resource/file:///x/y", "files/resource/file:///x/y")]
    [InlineData("files/instructions", "files/instructions")]
    [InlineData("", null)]
    [InlineData("files/", null)]
    [InlineData("files/thing/x", null)]
    [InlineData("files/tool/", null)]
    [InlineData("files/instructions/x", null)]
    [InlineData("/tool/x", null)]
    public void Reference_IsReadAsItIsWritten(string text, string? expected)
    {
        Assert.Equal(expected is not null, DefinitionRef.TryParse(text, out var reference));
        Assert.Equal(expected, reference?.ToString());
    }

    [Fact]
    public void Verification_JudgesAsTheGatewayWould()
    {
        var file = LockEdit.Put(new LockFile([]), Observed(Read, Write), _ => true, Word);
        Assert.True(VerifiedServer.Of(file, Observed(Read, Write), ApprovalRules.Single, Samples.Noon).IsGood);
        Assert.True(VerifiedServer.Of(file, Observed(Read), ApprovalRules.Single, Samples.Noon).IsGood); // fewer is normal
        Assert.False(VerifiedServer.Of(new LockFile([]), Observed(), ApprovalRules.Single, Samples.Noon).IsGood);
        Assert.False(VerifiedServer.Of(file, Observed(Read) with { Unpinnable = [(DefinitionKind.Tool, "x")] }, ApprovalRules.Single,
            Samples.Noon).IsGood);
        var swapped = VerifiedServer.Of(file, Observed(Read) with { Identity = Identity with { Command = ["npx", "@example/files@6.6.6"] } },
            ApprovalRules.Single, Samples.Noon);
        Assert.False(swapped.IsGood);
        Assert.Equal("command", Assert.Single(swapped.Attributes).Attribute);
        Assert.Equal(DefinitionStatus.CommandDiffers, swapped.Definitions.Single(one => one.Name == "read_file").Standing);
        Assert.False(VerifiedServer.Of(file, Observed(Read, Write), new ApprovalRules { Signatures = 1 }, Samples.Noon).IsGood);
    }

    [Fact]
    public void WholeDefinition_IsShownWithEverythingVisible()
    {
        var lines = DefinitionText.Lines(Samples.Tool("""{"name":"a","inputSchema":{"properties":{"side\u200bnote":{}}}}"""));
        Assert.Contains("      \"side\\u200bnote\": {}", lines);
    }

    private static ObservedServer Observed(params ServerDefinition[] definitions) => new("files", Identity, definitions);
}
