using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A payload that has to be kept is kept whole, or the call is refused; nothing in between.</summary>
[Trait("NoRetry", "yes")]
public sealed class KeptPayloadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Padding_HidesNothingOfWhatIsKept(bool byObligation)
    {
        await using var gateway = await StartAsync(byObligation);
        var padded = new string(' ', 700_000) + "\t\r\n" + new string(' ', 700_000);
        var (status, _, _) =
            await gateway.CallAsync(
                gateway.Modern("tools/call", $"{padded}\"name\":\"echo\",\"arguments\":{{\"a\":\"the  payload \\\" \\\\\"}}", "echo"));
        Assert.Equal(HttpStatusCode.OK, status);
        var begun = Begun(gateway);
        Assert.Equal("message-without-blanks", begun.GetProperty("kept").GetString());
        var kept = Open(gateway, begun)!;
        Assert.Equal(begun.GetProperty("keptBytes").GetInt32(), kept.Length);
        var sent = JsonDocument.Parse(gateway.Upstream.Of("tools/call")[0].Body).RootElement.GetProperty("params").GetProperty("arguments");
        Assert.True(JsonElement.DeepEquals(sent, JsonDocument.Parse(kept).RootElement.GetProperty("params").GetProperty("arguments")));
        Assert.Equal("the  payload \" \\", sent.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatIsTooLargeToBeKept_IsRefused_AndNothingIsForwarded(bool byObligation)
    {
        await using var gateway = await StartAsync(byObligation);
        var (status, body, _) =
            await gateway.CallAsync(
                gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"pad\":\"{new string('x', KeyRing.MostPlaintextBytes)}\",\"a\":1}}",
                    "echo"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("GH9008", LogFillTests.Code(body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var ended = gateway.EntriesWithEnded(1).Single(e => e.GetProperty("kind").GetString() == "ended");
        Assert.Equal("GH9008", ended.GetProperty("code").GetString());
        Assert.False(ended.TryGetProperty("sealed", out _));
    }

    // The key is destroyed, so the file is only room that the log lacks.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task RequestWhoseTimeIsOver_TakesNoRoom_AndOnlyItsAbsenceIsNoFinding()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(settings => settings with
        {
            Audit = settings.Audit with { KeepPayloads = true, Retention = new RetentionSettings { Payloads = TimeSpan.FromDays(30) } },
        }, time);
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        gateway.EntriesWithEnded(1);
        await gateway.Host.Core.Services.Audit.PublishAsync();
        var folder = Path.Combine(gateway.Host.State.Audit, "log-0001", "payloads");
        var old = Assert.Single(Files());
        time.SetUtcNow(time.GetUtcNow() + TimeSpan.FromDays(100)); // without the half million turns of short timers on the way
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(10));
            return !File.Exists(old);
        }, "the request is deleted");
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        gateway.EntriesWithEnded(2);
        await gateway.Host.Core.Services.Audit.PublishAsync();
        Assert.Empty(AuditLogVerifier.Verify(gateway.Host.State.Audit).Findings);
        File.Delete(Assert.Single(Files())); // its key is there
        Assert.Equal(AuditFindingKind.PayloadMissing, Assert.Single(AuditLogVerifier.Verify(gateway.Host.State.Audit).Findings).Kind);

        IEnumerable<string> Files() => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
    }

    [Fact]
    public async Task WhatFits_IsKeptByteByByte()
    {
        await using var gateway = await StartAsync(byObligation: true);
        await gateway.CallAsync(gateway.Modern("tools/call", "  \"name\" : \"echo\" , \"arguments\":{ }", "echo"));
        var begun = Begun(gateway);
        Assert.Equal("message", begun.GetProperty("kept").GetString());
        Assert.Contains("  \"name\" : \"echo\" , \"arguments\":{ }", Encoding.UTF8.GetString(Open(gateway, begun)!),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnObligedPayloadOfAReadingMethod_IsDurableBeforeItIsForwarded()
    {
        await using var gateway = await StartAsync(byObligation: true);
        await gateway.CallAsync(gateway.Modern("tools/list"));
        var begun = Begun(gateway);
        Assert.Equal("tools/list", begun.GetProperty("method").GetString());
        Assert.NotNull(Open(gateway, begun));
    }

    [Fact]
    public async Task KeptPayloads_AreSealedUnderTheSubjectsKey()
    {
        await using var gateway = await StartAsync(byObligation: false);
        foreach (var who in new[] { "alice", "bob" })
            await gateway.CallAsync(
                gateway.Modern("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"a\":\"payload of {who}\"}}", "echo", gateway.Token(who)));
        var begun = gateway.EntriesWithEnded(2).Where(e => e.GetProperty("kind").GetString() == "begun")
            .ToDictionary(e => e.GetProperty("sub").GetString()!);
        foreach (var (who, other) in new[] { ("alice", "bob"), ("bob", "alice") })
        {
            Assert.Contains("payload of " + who, Encoding.UTF8.GetString(Open(gateway, begun[who])!), StringComparison.Ordinal);
            var (id, text) = (begun[who].GetProperty("id").GetString()!, begun[who].GetProperty("sealed").GetString()!);
            var boxes = gateway.Host.Core.Services.PayloadBoxes;
            // With the key of the other person and everything else right; and as that of another event.
            Assert.False(boxes.TryOpen(id, begun[other].GetProperty("sealed").GetString()!.Split('.')[0] + "." + text.Split('.')[1], out _));
            Assert.False(boxes.TryOpen(begun[other].GetProperty("id").GetString()!, text, out _));
        }
    }

    private static Task<TestGateway> StartAsync(bool byObligation) => byObligation
        ? TestGateway.StartAsync(
        rules: [new PolicyRule { Id = "kept", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Obligations = [Obligation.LogPayload] }])
        : TestGateway.StartAsync(s => s with { Audit = s.Audit with { KeepPayloads = true } });

    private static JsonElement Begun(TestGateway gateway) => gateway.EntriesWithEnded(1).Single(e => e.GetProperty("kind").GetString() == "begun");

    private static byte[]? Open(TestGateway gateway, JsonElement begun) => gateway.Host.Core.Services.PayloadBoxes.TryOpen(
        begun.GetProperty("id").GetString()!, begun.GetProperty("sealed").GetString()!, out var plain) ? plain : null;
}
