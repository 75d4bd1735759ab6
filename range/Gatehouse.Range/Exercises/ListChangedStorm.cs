using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A server announces without end that its tools changed.</summary>
public sealed class ListChangedStorm : Exercise
{
    private const int Announced = 400;
    private const int Bearable = 60;

    /// <inheritdoc />
    public override string Id => "list-changed-storm";

    /// <inheritdoc />
    public override string Title => "A storm of changed lists";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP03", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["TP-04", "H34"];

    /// <inheritdoc />
    public override string Protection => "stage inspect-response, rate of announcements";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A host reads the list of tools again each time the server announces a change, gives it to its model, and asks the person nothing.",
        "The server announces four hundred changes in a row. The host does nothing else. For a moment the list has other tools, which no person "
            + "sees.",
        "Gatehouse joins such announcements. It informs a stream and fetches the list at a limited rate, and the event counts the joined "
            + "announcements. It always announces the last change.",
        "With a stream that passes on every announcement, the host is busy again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Pacing, Unpaced.Open);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var read = await ReadAgainAsync(context, Announced).ConfigureAwait(false);
        var busy = read > Bearable;
        return [new Attempt("four hundred announcements in a row", busy, busy
            ? $"the host read the list {read} times" : $"the host read the list {read} times, which is acceptable")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) => await ReadAgainAsync(context, 1).ConfigureAwait(false) == 1;

    // The host: each announcement has it read the list.
    private static async Task<int> ReadAgainAsync(AttackContext context, int announced)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        await client.AskAsync("tools/list").ConfigureAwait(false);
        await client.CallAsync("weather", new { announced }).ConfigureAwait(false); // what the server will do next
        var stream = await client.GetAsync(static _ => false).ConfigureAwait(false);
        var read = 0;
        foreach (var _ in stream.Messages.Where(
            m => m.TryGetProperty("method", out var method) && method.GetString() == "notifications/tools/list_changed"))
        {
            if ((await client.AskAsync("tools/list").ConfigureAwait(false)).Holds("\"echo\"")) read++;
        }

        if (read > Bearable) context.Canary.Sing($"the host was busy {read} times");
        return context.Canary.Songs.Any(song => song.EndsWith($"busy {read} times", StringComparison.Ordinal)) ? read : Math.Min(read, Bearable);
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture)
    {
        var announced = 1;
        return CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
        {
            if (context.Request.Method == "GET") return await AnnounceAsync(context, announced).ConfigureAwait(false);
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method)) return false;
            if (method.GetString() == "tools/call")
                announced = message.GetProperty("params").GetProperty("arguments").GetProperty("announced").GetInt32();
            if (method.GetString() == "server/discover") return await RefuseAsync(context, message).ConfigureAwait(false); // it is of the legacy era
            return method.GetString() == "initialize" && await BeginAsync(context, message).ConfigureAwait(false);
        });
    }

    private static async Task<bool> RefuseAsync(HttpContext context, JsonElement message)
    {
        await CanaryServer.WriteAsync(context,
            new { jsonrpc = "2.0", id = message.GetProperty("id"), error = new { code = -32601, message = "Method not found" } }).ConfigureAwait(
                false);
        return true;
    }

    private static async Task<bool> BeginAsync(HttpContext context, JsonElement message)
    {
        context.Response.Headers["Mcp-Session-Id"] = RandomNumberGenerator.GetHexString(32);
        var capabilities = new { tools = new { listChanged = true } };
        await CanaryServer.WriteAsync(context,
            new
            {
                jsonrpc = "2.0",
                id = message.GetProperty("id"),
                result = new { protocolVersion = "2025-11-25", capabilities, serverInfo = new { name = "canary", version = "1" } }
            }).ConfigureAwait(
                    false);
        return true;
    }

    private static async Task<bool> AnnounceAsync(HttpContext context, int times)
    {
        for (var at = 0; at < times; at++) await CanaryServer.WriteEventAsync(context,
            new { jsonrpc = "2.0", method = "notifications/tools/list_changed" }).ConfigureAwait(false);
        return true;
    }
}
