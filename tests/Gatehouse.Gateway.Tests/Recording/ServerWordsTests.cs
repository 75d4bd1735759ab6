using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// A server writes a person's name into its errors and schemas. No leaf has such words in clear: they are sealed with the facts about the caller, and
/// gone with an erasure of the caller (DP-03).
/// </summary>
[Trait("Requirement", "DP-03")]
[Trait("NoRetry", "yes")]
public sealed class ServerWordsTests
{
    private const string Alice = "alice-canary-7391";
    private const string Canary = "erika-mustermann-4711";

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static void Prepare(RecordingUpstream upstream, string place)
    {
        var tool = place switch
        {
            "argument" => """{"name":"echo","inputSchema":{"type":"object","properties":{"CANARY":{"type":"string"}}}}""",
            "header" => """{"name":"echo","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"CANARY"}}}}""",
            "result" =>
                """{"name":"echo","inputSchema":{"type":"object"},"outputSchema":{"type":"object","properties":{"CANARY":{"type":"string"}}}}""",
            _ => """{"name":"echo","inputSchema":{"type":"object"}}""",
        };
        tool = tool.Replace("CANARY", Canary, StringComparison.Ordinal);
        upstream.OnResult("tools/list", $$"""{"resultType":"complete","tools":[{{tool}}],"ttlMs":0,"cacheScope":"public"}""");
        upstream.OnResult("tools/call", $$"""{"resultType":"complete","content":[],"structuredContent":{"{{Canary}}":1} }""");
        if (place == "list")
        {
            upstream.On("tools/list", (context, message) => RecordingUpstream.Json(context,
                $$"""{"jsonrpc":"2.0","id":{{message.GetProperty("id")}},"error":{"code":-32000,"message":"user {{Canary}} may not list"} }"""));
        }
    }

    [Theory]
    [InlineData("list", "forward", "tools/list: upstream-fault: -32000", " user " + Canary + " may not list")]
    [InlineData("argument", "rule", "type", " /properties/" + Canary + "/type")]
    [InlineData("result", "rule", "type", " /properties/" + Canary + "/type")]
    [InlineData("header", "rule", null, "Mcp-Param-" + Canary)]
    public async Task WordsOfAServer_AreInNoFile_ReadWithTheKeys_AndGoneWithAnErasure(string place, string kind, string? inClear, string words)
    {
        await using var gateway = await PersonalFactsTests.StartAsync(settings => settings with
        {
            Servers = [settings.Servers[0] with { Schemas = new SchemaSettings() }],
        });
        Prepare(gateway.Upstream, place);
        var arguments = place == "header" ? "\"a\":\"x\"" : $"\"{Canary}\":1";
        await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{{arguments}}}", "echo", gateway.Token(Alice)));
        var opened = Part(gateway.EntriesWithEnded(1));
        Assert.Equal(inClear + words, Text(opened, "detail"));
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Equal(inClear, Text(Part([.. AuditLogReader.Read(gateway.Host.State.Audit)]), "detail"));
        var found = await PersonalFactsTests.AskAsync(
            gateway, "olga", new ReadLog(LogReading.Search, new EntryFilter { Text = Canary, Limit = 10 }, "a test", false));
        Assert.Contains(found.As<LogPage>().Page.Entries, entry => Text(entry, "kind") == "ended");
        Assert.Empty(PersonalFactsTests.Hits(gateway.Host.State.Root, Canary));
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        Assert.True((await PersonalFactsTests.AskAsync(gateway, "erik", new ErasePerson(issuer, Alice, "request 4711"))).Ok);
        var ended = gateway.Entries().Where(static entry => Text(entry, "kind") != "control").ToList();
        Assert.DoesNotContain(ended, static entry => entry.GetRawText().Contains(Canary, StringComparison.Ordinal));
        Assert.Equal(inClear, Text(Part(ended), "detail"));

        JsonElement Part(IReadOnlyList<JsonElement> entries) => entries.Last(static entry => Text(entry, "kind") == "ended").GetProperty("parts")
            .EnumerateArray().Last(part => Text(part, "kind") == kind);
    }
}
