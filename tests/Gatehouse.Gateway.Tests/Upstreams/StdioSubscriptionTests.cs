using System.Text;
using System.Text.Json;
using Gatehouse.Gateway.Tests.Upstreams.Support;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A local server of MCP 2026-07-28 that ends a subscription: its process has one channel for the subscriptions of all callers.</summary>
[Trait("Requirement", "H28")]
public sealed class StdioSubscriptionTests : IAsyncDisposable
{
    private const string Meta = "io.modelcontextprotocol/subscriptionId";

    private readonly PipedChannel channel = new();
    private readonly ServerSettings server = new() { Name = "s", Path = "/mcp" };
    private readonly StdioChild child;

    public StdioSubscriptionTests() => child = new StdioChild("shared", channel, server, new StdioRouting(modern: true, shared: true),
        new ByteBudget(1 << 24), null, StdioParts.Default, new ManualTimeProvider());

    public ValueTask DisposeAsync()
    {
        channel.End();
        return child.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancellation_EndsItsSubscription_AndLaterNotificationsAreDropped(bool isTagged)
    {
        var (ended, key) = await ListenAsync();
        var (other, otherKey) = await ListenAsync();
        await channel.SayAsync(Changed(key));
        await channel.SayAsync(Cancelled(key, isTagged ? key : null));
        await channel.SayAsync(Changed(key));
        await channel.SayAsync(Changed(otherKey));
        Assert.Contains("list_changed", Text(await NextAsync(ended)), StringComparison.Ordinal);
        var end = Text(await NextAsync(ended));
        Assert.Contains("\"requestId\":\"mine\"", end, StringComparison.Ordinal);
        Assert.Equal(isTagged, end.Contains($"\"{Meta}\":\"mine\"", StringComparison.Ordinal));
        Assert.Null(await NextAsync(ended));
        Assert.Contains("list_changed", Text(await NextAsync(other)), StringComparison.Ordinal);

        // The server has ended it: the gateway has nothing to cancel there, and lines about it belong to no request.
        await ended.DisposeAsync();
        var dropped = child.Dropped;
        await channel.SayAsync(Changed(key));
        await channel.SayAsync(Cancelled(key, null));
        await Eventually.TrueAsync(() => child.Dropped == dropped + 2, "later lines are counted");
        await other.DisposeAsync();
        var heard = await channel.HeardAsync();
        Assert.Contains($"\"requestId\":{otherKey}", heard, StringComparison.Ordinal);
    }

    // Two readers could take it for the end of one or of the other.
    [Fact]
    public async Task CancellationThatNamesTwoSubscriptions_EndsNone()
    {
        var (one, key) = await ListenAsync();
        var (other, otherKey) = await ListenAsync();
        await channel.SayAsync(Cancelled(key, otherKey));
        await Eventually.TrueAsync(() => child.Dropped == 1, "the line is dropped");
        foreach (var (reply, of) in new[] { (one, key), (other, otherKey) })
        {
            await channel.SayAsync(Changed(of));
            Assert.Contains("list_changed", Text(await NextAsync(reply)), StringComparison.Ordinal);
            await reply.DisposeAsync();
        }
    }

    // The notification of the end finds no room behind those that the client has not read. The stream ends nevertheless.
    [Fact]
    public async Task CancellationBehindMoreThanIsKept_EndsTheSubscription()
    {
        var (reply, key) = await ListenAsync();
        var (other, otherKey) = await ListenAsync();
        for (var number = 0; number < 1100; number++) await channel.SayAsync(Changed(key));
        await channel.SayAsync(Cancelled(key, null));
        await channel.SayAsync(Changed(otherKey)); // all before it is read
        await NextAsync(other);
        while (await NextAsync(reply) is { } item)
            Assert.Contains("list_changed", Text(item), StringComparison.Ordinal);
        await reply.DisposeAsync();
        await other.DisposeAsync();
    }

    private static string Changed(string key) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{{\"_meta\":{{\"{Meta}\":{key}}}}}}}";

    private static string Cancelled(string key, string? tag)
    {
        var meta = tag is null ? "" : $",\"_meta\":{{\"{Meta}\":{tag}}}";
        return $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{key}{meta}}}}}";
    }

    private static Task<UpstreamEvent?> NextAsync(IUpstreamReply reply) => reply.NextAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    private static string Text(UpstreamEvent? item) => Encoding.UTF8.GetString(item!.Message!.Bytes.Span);

    private async Task<(IUpstreamReply Reply, string Key)> ListenAsync()
    {
        const string Listen = """{"jsonrpc":"2.0","id":"mine","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true}}}""";
        Assert.True(MessageValidator.TryValidate(Encoding.UTF8.GetBytes(Listen), MessageLimits.Default, out var message, out _));
        var reply = await child.SendAsync(new UpstreamRequest
        {
            Server = server,
            Limits = new LimitSettings(),
            Message = message,
            Revision = ProtocolRevision.V20260728,
            Caller = new PolicySubject("https://issuer.example", "alice", null, [], [], []),
        }, null, default);
        using var heard = JsonDocument.Parse(await channel.HeardAsync());
        return (reply, heard.RootElement.GetProperty("id").GetRawText());
    }
}
