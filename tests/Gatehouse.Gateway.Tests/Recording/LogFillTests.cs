using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Partitions;
using Gatehouse.Ipc;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>One caller, with or without any right, cannot stop the others by filling the log (CWE-770, CWE-400).</summary>
[Trait("Requirement", "AU-06")]
[Trait("Requirement", "ST-07")]
public sealed class LogFillTests
{
    [Fact]
    public async Task ATokenWithoutRight_CannotFillTheLogForOthers()
    {
        await using var gateway = await TestGateway.StartAsync(Small(1 << 20));
        var token = gateway.Token("mallory");
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{new string('<', 50_000)}\"}}";
        var handle = await gateway.InitializeAsync();
        for (var i = 0; i < 400; i++)
        {
            var (status, _, _) = await gateway.CallAsync(gateway.Post(body, token, ("Mcp-Session-Id", handle)));
            Assert.NotEqual(HttpStatusCode.OK, status);
        }

        Assert.Equal(HttpStatusCode.OK, (await CallAsync(gateway, "bob")).Status);
        Assert.InRange(gateway.Host.AuditStatistics.Bytes, 1, 250 << 10);
        Assert.InRange(gateway.Host.AuditStatistics.Joined, 100, 400);
        Assert.Equal(0, gateway.Host.AuditStatistics.Lost);
    }

    [Fact]
    public async Task ACallerWhoMayAct_SpendsItsOwnPartOfTheLog()
    {
        await using var gateway = await TestGateway.StartAsync(Small(256 << 10));
        string? code = null;
        for (var i = 0; i < 1000 && code is null; i++) code = Code((await CallAsync(gateway, "alice")).Body);
        Assert.Equal("GH9007", code);
        var served = gateway.Upstream.Of("tools/call").Count;
        Assert.Equal("GH9007", Code((await CallAsync(gateway, "alice")).Body));
        Assert.Equal(served, gateway.Upstream.Of("tools/call").Count);
        // Reading is recorded as well, so it is refused as well.
        Assert.Equal("GH9007", Code((await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token("alice")))).Body));
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(gateway, "bob")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token("bob")))).Status);
        Assert.True(gateway.Host.IsReady);
    }

    [Fact]
    public async Task Strangers_CannotFillTheLog_AndTheirNumberIsRight()
    {
        const int Attempts = 700;
        int written;
        await using (var gateway = await TestGateway.StartAsync(Small(4 << 20), keepState: true))
        {
            for (var i = 0; i < Attempts; i++) Assert.Equal(HttpStatusCode.Unauthorized,
                (await gateway.CallAsync(gateway.Post("{}", "not-a-token"))).Status);
            Assert.InRange(gateway.Host.AuditStatistics.Joined, 300, Attempts);
            var root = gateway.Host.State.Root;
            var audit = gateway.Host.State.Audit;
            await gateway.Host.DisposeAsync();
            var entries = OpenedLog.Read(audit, TimeProvider.System).ToList();
            written = entries.Where(e => e.TryGetProperty("parts", out _)).SelectMany(e => e.GetProperty("parts").EnumerateArray())
                .Where(part => part.GetProperty("kind").GetString() == "authentication")
                .Sum(part => part.TryGetProperty("count", out var count) ? count.GetInt32() : 1);
            var joined = entries.Where(e => e.TryGetProperty("act", out var act) && act.GetString() == "entries.joined").ToList();
            Assert.NotEmpty(joined);
            Assert.All(joined, e => Assert.Contains("127.0.0.1", e.GetProperty("peer").GetString(), StringComparison.Ordinal));
            Directory.Delete(root, recursive: true);
        }

        Assert.Equal(Attempts, written); // ID-08: counts agree
    }

    /// <summary>An entry about a question to a person names no issuer: its owner is known nevertheless.</summary>
    [Fact]
    public async Task Strangers_TakeNoPartOfKnownCallers_AlsoWhereAnEntryNamesNoIssuer()
    {
        await using var gateway = await TestGateway.StartAsync(Small(1 << 20));
        for (var i = 0; i < 700; i++) await gateway.CallAsync(gateway.Post("{}", "not-a-token"));
        var journal = gateway.Host.Core.Services.Journal;
        var stranger = CallerPartition.Of(IPAddress.Parse("192.0.2.1"));
        Assert.False(await journal.NoteDurableOfAsync(stranger, false, "approval.asked", ("approval", "apr-0000000000")));
        var alice = CallerPartition.Of(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "alice");
        Assert.True(await journal.NoteDurableOfAsync(alice, false, "approval.asked", ("approval", "apr-0000000000")));
    }

    [Fact]
    public async Task WhatAttackersName_IsCutInTheRecord_WithADigestOfTheWhole()
    {
        await using var gateway = await TestGateway.StartAsync();
        var verb = new string('A', 7900);
        await RawHttp.SendAsync(gateway.Url,
            Encoding.ASCII.GetBytes($"{verb} {gateway.Url.AbsolutePath} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nConnection: close\r\n\r\n"));
        var method = new string('<', 1_000_000);
        await gateway.CallAsync(gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{\"name\":\"{method}\"}}}}", null));
        var entries = gateway.EntriesWithEnded(2).Where(e => e.GetProperty("kind").GetString() == "ended").ToList();
        Assert.All(entries, entry => Assert.InRange(entry.GetRawText().Length, 1, 8192));
        Assert.StartsWith(new string('A', 256) + "…sha256:", entries[0].GetProperty("verb").GetString(), StringComparison.Ordinal);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(method)));
        Assert.EndsWith(digest, entries[1].GetProperty("method").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ShowsTheCountersOfTheLog()
    {
        await using var gateway = await TestGateway.StartAsync();
        await CallAsync(gateway, "alice");
        gateway.EntriesWithEnded(1);
        var facts = (await GatewayAdministration.ControlOf(gateway.Host)
            .HandleAsync(new ShowStatus(), new PeerAccount(1, 0))).As<StatusReport>().Facts;
        Assert.Equal("available", facts["log"]);
        Assert.Equal(("0", "0", "0", "0"), (facts["log.lost"], facts["log.failures"], facts["log.unrecorded"], facts["log.joined"]));
        foreach (var name in new[] { "entries", "commits", "bytes", "roomBytes", "freeBytes" })
            Assert.True(long.Parse(facts["log." + name]) > 0, name);
    }

    internal static Func<GatewaySettings, GatewaySettings> Small(long total) =>
        s => s with { Audit = s.Audit with { MaxTotalBytes = total, SegmentBytes = 64 << 10 } };

    internal static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(TestGateway gateway, string who) =>
        gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token(who)));

    internal static string? Code(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var error) && error.TryGetProperty("data", out var data)
            ? data.GetProperty("code").GetString() : null;
}
