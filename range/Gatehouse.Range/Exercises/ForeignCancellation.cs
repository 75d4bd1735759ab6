using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A caller takes back a request that another made.</summary>
public sealed class ForeignCancellation : Exercise
{
    /// <inheritdoc />
    public override string Id => "foreign-cancellation";

    /// <inheritdoc />
    public override string Title => "A cancellation for another caller's request";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-07", "ST-01", "G18"];

    /// <inheritdoc />
    public override string Protection => "stage forward, notifications of clients that name something";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server finds the request that a cancellation names only by its id. Clients count their ids from one, so all clients use the same ids.",
        "While Alice's transfer is in progress, Mallory sends cancellations for the first few ids. The server stops Alice's request.",
        "Gatehouse passes a cancellation on only for a request that is in progress in the same session. It answers other cancellations as usual, "
            + "records them, and does not forward them.",
        "With notifications that are passed on without a check, Mallory stops Alice's transfer again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.ClientNotices, static (_, _) => null);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var other = context.As(AttackContext.Attacker);
        await other.InitializeAsync().ConfigureAwait(false);
        var stopped = !await MovesAsync(context, "stolen", async () =>
        {
            for (var id = 1; id <= 3; id++) await CancelAsync(other, id).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return [new Attempt("cancellations for the first ids", stopped, stopped
            ? "the victim's transfer was stopped" : "the victim's transfer continued")];
    }

    // Whoever asked may take it back; and what nobody takes back goes on.
    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        await MovesAsync(context, "honest", null).ConfigureAwait(false)
            && !await MovesAsync(context, "regretted", null, takesBack: true).ConfigureAwait(false);

    private static async Task<bool> MovesAsync(AttackContext context, string amount, Func<Task>? meanwhile, bool takesBack = false)
    {
        var owner = context.As(AttackContext.Victim);
        await owner.InitializeAsync().ConfigureAwait(false);
        var call = owner.CallAsync("transfer", new { amount });
        if (!await context.Canary.SingsAsync("begun " + amount, TimeSpan.FromSeconds(12)).ConfigureAwait(false)) return false;
        if (meanwhile is not null) await meanwhile().ConfigureAwait(false);
        if (takesBack) await CancelAsync(owner, owner.LastId).ConfigureAwait(false);
        var end = context.As(AttackContext.Victim);
        await end.InitializeAsync().ConfigureAwait(false);
        await end.CallAsync("weather", new { amount }).ConfigureAwait(false); // lets the transfer go on
        await call.ConfigureAwait(false);
        return context.Canary.Songs.Contains("transfer " + amount);
    }

    private static Task<RangeReply> CancelAsync(RangeClient client, int id) =>
        client.PostAsync("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
            + id.ToString(System.Globalization.CultureInfo.InvariantCulture) + "}}");

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture)
    {
        var working = new ConcurrentDictionary<int, TaskCompletionSource<bool>>();
        return CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary, working));
    }

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary,
        ConcurrentDictionary<int, TaskCompletionSource<bool>> working)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method)) return false;
        if (method.GetString() == "notifications/cancelled"
            && working.TryGetValue(message.GetProperty("params").GetProperty("requestId").GetInt32(), out var named)) named.TrySetResult(false);
        if (method.GetString() != "tools/call") return false;
        var id = message.GetProperty("id").GetInt32();
        var amount = message.GetProperty("params").GetProperty("arguments").GetProperty("amount").GetString();
        if (message.GetProperty("params").GetProperty("name").GetString() == "weather")
        {
            foreach (var work in working.Values) work.TrySetResult(true);
        }
        else
        {
            var work = working[id] = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            canary.Sing("begun " + amount);
            if (await work.Task.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false)) canary.Sing("transfer " + amount);
            working.TryRemove(id, out _);
        }

        await CanaryServer.WriteAsync(context, CanaryServer.Result(id, "done")).ConfigureAwait(false);
        return true;
    }
}
