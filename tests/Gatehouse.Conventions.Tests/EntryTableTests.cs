using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.AuditCommands;

namespace Gatehouse.Conventions.Tests;

/// <summary>Entries as a table: who acted, at which issuer, in a terminal of any width.</summary>
public sealed class EntryTableTests
{
    private const string Id = "01kaf7m4jgvr0akmx8ss91k17w";

    private static JsonElement Call(string issuer) => JsonSerializer.SerializeToElement(new
    {
        kind = "ended",
        id = Id,
        at = "2026-11-20T08:30:01Z",
        server = "files",
        method = "tools/call",
        name = "write_file",
        sub = "alice",
        iss = issuer,
        code = "GH4003",
    });

    private static JsonElement Act => JsonSerializer.SerializeToElement(new
    {
        kind = "control",
        id = Id,
        at = "2026-11-20T08:30:01Z",
        act = "control.audit.search",
        outcome = "done",
        by = "olga",
        byIssuer = "https://login.example.com",
        subject = "alice",
        purpose = "ticket 4711",
    });

    // Two persons of one name look different.
    [Fact]
    public void Persons_HaveTheirIssuer()
    {
        var table = EntryTable.Of(new EntryFilter(), width: null);
        Assert.Contains("ISSUER", table.Header(), StringComparison.Ordinal);
        Assert.Contains("alice  ", table.Lines(Call("https://a.example"))[0], StringComparison.Ordinal);
        Assert.Contains("https://a.example  ", table.Lines(Call("https://a.example"))[0], StringComparison.Ordinal);
        Assert.NotEqual(table.Lines(Call("https://a.example")), table.Lines(Call("https://b.example")));
        Assert.Contains("https://login.example.com  ", Assert.Single(table.Lines(Act)), StringComparison.Ordinal);
    }

    // The end of a session and the opening of a stream have no message, and so no method of MCP.
    [Fact]
    public void RequestWithoutAMessage_HasItsMethodOfHttp()
    {
        var entry = JsonSerializer.SerializeToElement(new { kind = "ended", id = Id, at = "2026-11-20T08:30:01Z", server = "files", verb = "DELETE" });
        Assert.Contains("  DELETE  ", Assert.Single(EntryTable.Of(new EntryFilter(), width: null).Lines(entry)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void Lines_AreNotWiderThanTheTerminal_AndTheIdIsWhole(int width)
    {
        var table = EntryTable.Of(new EntryFilter(), width);
        foreach (var entry in (JsonElement[])[Call("https://login.example.com/tenant"), Act])
        {
            var lines = table.Lines(entry);
            Assert.True(lines.Count > 1);
            Assert.All(lines.Append(table.Header()), line => Assert.InRange(line.Length, 1, width));
            Assert.EndsWith(Id, lines[0], StringComparison.Ordinal);
        }

        Assert.Contains("who: alice  issuer: https://login.example.com", table.Lines(Call("https://login.example.com"))[1], StringComparison.Ordinal);
        Assert.Contains(table.Lines(Act), static line => line.Contains("purpose: ticket 4711", StringComparison.Ordinal));
    }

    // A value that is cut cannot be searched for or compared.
    [Fact]
    public void AFile_HasWholeValues_AndATerminalACut()
    {
        var issuer = "https://login.example.com/" + new string('t', 60) + "\u001b[2J";
        var shown = "https://login.example.com/" + new string('t', 60) + "\\u{001B}[2J";
        Assert.Contains($"  {shown}  ", Assert.Single(EntryTable.Of(new EntryFilter(), width: null).Lines(Call(issuer))), StringComparison.Ordinal);
        Assert.Contains($"  {shown[..47]}…  ", Assert.Single(EntryTable.Of(new EntryFilter(), 300).Lines(Call(issuer))), StringComparison.Ordinal);
    }

    [Fact]
    public void AWideTerminal_AndAFile_HaveOneLineForEachEntry() =>
        Assert.All((int?[])[null, 300], width => Assert.Single(EntryTable.Of(new EntryFilter(), width).Lines(Act)));
}
