using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Conformance.Tests.Harness;
using Gatehouse.Testing;

namespace Gatehouse.Conformance.Tests;

/// <summary>What other tests rely on when they look at a gateway through the fixture.</summary>
[Trait("Requirement", "ST-05")]
public sealed class FixtureHttpTests(FixtureServer fixture) : IClassFixture<FixtureServer>
{
    private static readonly int[] Patience = [300, 1000, 3000, 10_000]; // milliseconds

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Echo_and_add_answer_in_both_eras(bool legacy)
    {
        using var client = new RawClient(fixture.Url);
        if (legacy) await client.InitializeAsync();
        Assert.Equal("hällo \"x\"", RawClient.TextOf(await client.CallToolAsync("echo", new() { ["text"] = "hällo \"x\"" })));
        Assert.Equal("4.5", RawClient.TextOf(await client.CallToolAsync("add", new() { ["a"] = 2, ["b"] = 2.5 })));
        Assert.Equal(100_000, RawClient.TextOf(await client.CallToolAsync("big", new() { ["bytes"] = 100_000 })).Length);
    }

    [Fact]
    public async Task Whoami_headers_shows_every_header_with_each_of_its_values()
    {
        using var client = new RawClient(fixture.Url) { Headers = { ["X-Probe"] = "one", ["Authorization"] = "Bearer abc" } };
        var headers = JsonSerializer.Deserialize<string[][]>(RawClient.TextOf(await client.CallToolAsync("whoami_headers")))!;
        Assert.Contains(headers, header => header is ["X-Probe", "one"]);
        Assert.Contains(headers, header => header is ["Authorization", "Bearer abc"]);
        Assert.Contains(headers, header => header is ["Mcp-Method", "tools/call"]);
    }

    [Fact]
    public async Task Fail_answers_with_a_protocol_error()
    {
        using var client = new RawClient(fixture.Url);
        var answer = await client.CallToolAsync("fail");
        Assert.Equal(-32603, answer["error"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task Slow_counts_a_client_that_went_away()
    {
        using var client = new RawClient(fixture.Url);
        var before = await CancelledAsync(client);
        var (counted, tries) = (before, 0);
        // A client that goes away before its call has reached the tool is not counted: then the next one has more patience.
        while (counted == before && tries < Patience.Length)
        {
            using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience[tries++]));
            var call = client.Request("tools/call", new() { ["name"] = "slow", ["arguments"] = new JsonObject { ["ms"] = 60_000 } });
            await AssertCutAsync(client, call, impatient.Token);
            var (since, limit) = (Stopwatch.StartNew(), TimeSpan.FromSeconds(tries < Patience.Length ? 3 : 60));
            await Eventually.TrueAsync(
                async () => (counted = await CancelledAsync(client)) > before || since.Elapsed > limit,
                "what the fixture does after the client has gone");
        }

        Assert.InRange(counted, before + 1, before + tries); // each client at most once
    }

    [Fact]
    public async Task Session_is_unknown_once_it_is_deleted()
    {
        using var client = new RawClient(fixture.Url);
        await client.InitializeAsync();
        Assert.Equal(HttpStatusCode.NoContent, await client.DeleteAsync());
        using var late = await client.SendAsync(HttpMethod.Post, client.Request("tools/list", []));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task Notify_reaches_the_get_stream_of_a_session()
    {
        using var client = new RawClient(fixture.Url);
        await client.InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await client.CallToolAsync("notify");
        Assert.Contains("notifications/tools/list_changed", await LineAsync(lines, "data: {"));
    }

    [Fact]
    public async Task Required_header_is_asked_for()
    {
        await using var guarded = await Servers.FixtureAsync("--require-header", "X-Upstream-Key=s3cret=");
        using var client = new RawClient(guarded.Address);
        using var refused = await client.SendAsync(HttpMethod.Post, client.Request("tools/list", []));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        client.Headers["X-Upstream-Key"] = "s3cret=";
        Assert.Equal("hi", RawClient.TextOf(await client.CallToolAsync("echo", new() { ["text"] = "hi" })));
    }

    private static async Task<int> CancelledAsync(RawClient client) =>
        int.Parse(RawClient.TextOf(await client.CallToolAsync("cancelled_count")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the headers have come by then or not, what follows them has not.</summary>
    private static async Task AssertCutAsync(RawClient client, JsonObject call, CancellationToken impatient) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var response = await client.SendAsync(HttpMethod.Post, call, impatient);
            await response.Content.ReadAsStringAsync(impatient);
        });

    private static async Task<string> LineAsync(StreamReader lines, string start)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
