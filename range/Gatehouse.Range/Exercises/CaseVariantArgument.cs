using System.Globalization;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Two arguments whose names differ by case only: the policy reads one, the server the other.</summary>
public sealed class CaseVariantArgument : Exercise
{
    /// <inheritdoc />
    public override string Id => "case-variant-argument";

    /// <inheritdoc />
    public override string Title => "Names of arguments that differ only by case";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, one spelling of an argument's name";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy refuses transfers of more than 100 by the argument amount. The server binds its arguments with System.Text.Json and its web "
            + "defaults, which ignore case and use the last value.",
        "Mallory sends a small amount and a large Amount. The server transfers a million.",
        "If Gatehouse's policy reads an argument, another name that some binder treats as the same makes the value undecidable. Then no permit "
            + "holds, and every forbid does.",
        "With a stage that reads only the exact name, the server transfers the million again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await NaiveProxy.StartAsync(fixture, await StartServerAsync(fixture).ConfigureAwait(false),
            (_, body) => NaiveReading.AmountIsSmall(body)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: small-transfers
            permit: { subjects: [alice, mallory], tools: [transfer] }
            when:
              - argument: amount
                atMost: 100
        """);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Authorize, new NumbersOnlyAuthorize());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await MoveAsync(context, "a-capital", "\"amount\":1,\"Amount\":1000000").ConfigureAwait(false),
        await MoveAsync(context, "all-capitals", "\"amount\":1,\"AMOUNT\":1000000").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        await CallAsync(context.As(AttackContext.Victim), "rent", "\"amount\":99").ConfigureAwait(false);
        return await context.Canary.SingsAsync("transfer rent 99").ConfigureAwait(false);
    }

    private static async Task<Attempt> MoveAsync(AttackContext context, string name, string amount)
    {
        var reply = await CallAsync(context.As(AttackContext.Attacker), name, amount).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync($"transfer {name} 1000000").ConfigureAwait(false);
        return new Attempt(name.Replace('-', ' '), moved, moved ? "a million moved" : $"nothing moved: {reply.Summary()}");
    }

    private static async Task<RangeReply> CallAsync(RangeClient client, string memo, string amount)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(
            client.Body("tools/call", "{\"name\":\"transfer\",\"arguments\":{\"memo\":\"" + memo + "\"," + amount + "}}")).ConfigureAwait(false);
    }

    private static async Task<Uri> StartServerAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(fixture, context, message)).ConfigureAwait(false)).Url;

    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var order = message.GetProperty("params").GetProperty("arguments").Deserialize<Order>(JsonSerializerOptions.Web)!;
        fixture.Canary.Sing($"transfer {order.Memo} {order.Amount.ToString(CultureInfo.InvariantCulture)}");
        await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), "moved")).ConfigureAwait(false);
        return true;
    }

    private sealed record Order(string Memo, decimal Amount);
}
