using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>The ledger: what is refused, what is kept, and samples of released versions.</summary>
[Trait("Requirement", "ST-04")]
public sealed class LedgerTests
{
    [Theory]
    [InlineData("{", "is not a ledger")]
    [InlineData("[]", "has no version")]
    [InlineData("""{"wrapped":[]}""", "has no version")]
    [InlineData("""{"version":2,"wrapped":[]}""", "of version 2")]
    [InlineData("""{"version":1,"wrapped":[],"more":1}""", "is not a ledger")]
    [InlineData("""{"version":1,"version":1,"wrapped":[]}""", "is not a ledger")]
    [InlineData("""{"version":1,"wrapped":[{"file":"/x"}]}""", "is not a ledger")]
    [InlineData("""{"version":1}""", "is not a ledger")]
    [InlineData("""{"version":1,"wrapped":[null]}""", "a record is null")]
    public void WhatIsNoLedger_IsRefusedWithARemedy(string text, string says)
    {
        using var home = new EditingHome();
        home.Put("state/wrapped.json", text);
        Assert.Contains(says, Assert.Throws<LedgerException>(() => home.Ledger).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LedgerThatOthersMayWrite_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of Unix");
        using var home = new EditingHome();
        var path = home.Put("state/wrapped.json", """{"version":1,"wrapped":[]}""");
        Assert.Empty(home.Ledger.Records);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_010_000);
        Assert.Contains("chmod 600", Assert.Throws<LedgerException>(() => home.Ledger).Message, StringComparison.Ordinal);
        File.Delete(path);
        File.CreateSymbolicLink(path, home.Put("other.json", """{"version":1,"wrapped":[]}"""));
        Assert.Contains("is a link", Assert.Throws<LedgerException>(() => home.Ledger).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatOthersMayEnter_IsRefusedBeforeAnythingIsChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of Unix");
        using var home = new EditingHome();
        const string text = """{"mcpServers":{"one":{"command":"npx"}}}""";
        var file = home.Put("home/.cursor/mcp.json", text);
        Directory.CreateDirectory(home.State, (UnixFileMode)0b111_101_101);
        Assert.Contains("chmod 700", home.Wrap().Fault, StringComparison.Ordinal);
        Assert.Equal(text, EditingHome.Text(file));
    }

    [Theory]
    [InlineData("splices")]
    [InlineData("container")]
    [InlineData("inserted")]
    public void NullInAList_IsNotOurs(string list)
    {
        var sample = JsonNode.Parse(File.ReadAllBytes(Path.Join(Pages.Root, "tests/compat/wrapped/v1/wrapped.json")))!;
        sample["wrapped"]![0]![list]!.AsArray()[0] = null;
        var bytes = Encoding.UTF8.GetBytes(sample.ToJsonString());
        Assert.Contains("was not written by Gatehouse", Assert.Throws<LedgerException>(() => LedgerFormat.Read(bytes, "sample")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SampleOfVersion1_IsReadAndWrittenAlike()
    {
        var bytes = File.ReadAllBytes(Path.Join(Pages.Root, "tests/compat/wrapped/v1/wrapped.json"));
        var records = LedgerFormat.Read(bytes, "sample");
        Assert.Equal(["files", "docs", "list"], records.Select(record => record.Server));
        Assert.Equal([true, true, false], records.Select(record => record.IsDone));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(LedgerFormat.Write(records)) + "\n");
    }
}
