using Gatehouse.Audit;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>Content that is no text passes, and the entry of its exchange says that the inspection did not read it.</summary>
[Trait("Requirement", "PI-01")]
[Trait("NoRetry", "yes")]
public sealed class UnreadContentTests
{
    private static readonly string Pdf = Convert.ToBase64String(
        [.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, .. Enumerable.Range(0, 400).Select(static at => (byte)((at * 167) + 131))]);

    [Theory]
    [InlineData(true, "record")]
    [InlineData(false, "record")]
    [InlineData(true, "default")]
    [InlineData(false, "default")]
    public async Task ContentThatIsNoText_Passes_AndItsEntrySaysThatItWasNotRead(bool modern, string preset)
    {
        var log = new MemoryLog();
        await using var gateway = await StartAsync(preset, log);
        gateway.Upstream
            .OnResult("tools/call",
                $$"""{"resultType":"complete","content":[{"type":"text","text":"a picture"},{"type":"image","data":"{{Pdf}}","mimeType":"image/png"}]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://a","name":"a"}]}""")
            .OnResult("resources/read",
                $$"""{"resultType":"complete","contents":[{"uri":"demo://a","blob":"{{Pdf}}","mimeType":"application/pdf"}]}""");
        var caller = new Era(gateway, modern, "alice");
        await caller.BeginAsync();
        var called = (await caller.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{\"text\":\"x\"}", "echo")).GetProperty("result");
        Assert.Equal(Pdf, called.GetProperty("content")[1].GetProperty("data").GetString());
        var read = (await caller.AskAsync("resources/read", "\"uri\":\"demo://a\"", "demo://a")).GetProperty("result");
        Assert.Equal(Pdf, read.GetProperty("contents")[0].GetProperty("blob").GetString());
        await Eventually.TrueAsync(() => Unread(log).Count == 2, "both are recorded");
        Assert.All(Unread(log), static part => Assert.Equal(AuditOutcome.Warn, part.Outcome));
        Assert.StartsWith("result low ", Unread(log)[0].Detail, StringComparison.Ordinal);
        Assert.StartsWith("resource low ", Unread(log)[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentOfAClientThatIsNoText_IsRecordedToo()
    {
        var log = new MemoryLog();
        await using var gateway = await StartAsync("default", log);
        var caller = new Era(gateway, modern: true, "alice");
        await caller.BeginAsync();
        await caller.AskAsync("tools/call", $"\"name\":\"echo\",\"arguments\":{{\"blob\":\"{Pdf}\"}}", "echo");
        await Eventually.TrueAsync(() => Unread(log).Count == 1, "it is recorded");
        Assert.StartsWith("argument low ", Unread(log)[0].Detail, StringComparison.Ordinal);
    }

    // A source that sends images tries out no texts.
    [Fact]
    public async Task ManyImages_AreNoNearMisses()
    {
        var log = new MemoryLog();
        await using var gateway = await StartAsync("default", log);
        gateway.Upstream.OnResult("tools/call", $$"""{"resultType":"complete","content":[{"type":"image","data":"{{Pdf}}","mimeType":"image/png"}]}""");
        var caller = new Era(gateway, modern: true, "alice");
        await caller.BeginAsync();
        for (var call = 0; call < 25; call++) await caller.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{\"text\":\"x\"}", "echo");
        await Eventually.TrueAsync(() => Unread(log).Count == 25, "each is recorded");
        Assert.DoesNotContain(Parts(log), static part => part.Reason == "text-ghs9019");
    }

    private static Task<TestGateway> StartAsync(string preset, MemoryLog log) => TestGateway.StartAsync(settings => settings with
    {
        Inspection = new InspectionSettings
        { Messages = new MessageInspectionSettings { IsConfigured = true, Preset = InspectionPreset.Find(preset)! } },
    }, audit: log);

    private static List<AuditPart> Unread(MemoryLog log) =>
        [.. Parts(log).Where(static part => part is { Kind: AuditPartKind.Detection, Reason: "text-ghs9022" })];

    private static IEnumerable<AuditPart> Parts(MemoryLog log) =>
        log.Entries.Where(static entry => entry.Kind == AuditEntryKind.Ended).SelectMany(static entry => entry.Parts);
}
