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

/// <summary>An argument of another type than the check expects.</summary>
public sealed class TypeConfusion : Exercise
{
    /// <inheritdoc />
    public override string Id => "type-confusion";

    /// <inheritdoc />
    public override string Title => "Argument of another type than the check expects";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, values that cannot be decided";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy refuses transfers of more than 100, but compares only if the amount is a number. The server also accepts strings and lists with "
            + "one entry as a number.",
        "Mallory sends the amount as a string, and as a list. The server transfers a million.",
        "Gatehouse's policy cannot decide about a value of another type than the expected one, or about a number that readers round differently. "
            + "Such a value satisfies no permit.",
        "With a stage that compares numbers and passes everything else, the server transfers the million again.");

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
        await MoveAsync(context, "a text", "\"1000000\"").ConfigureAwait(false),
        await MoveAsync(context, "a list", "[1000000]").ConfigureAwait(false),
        await MoveAsync(context, "a list of a text", "[\"1000000\"]").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        await client.PostAsync(client.Body("tools/call", "{\"name\":\"transfer\",\"arguments\":{\"memo\":\"rent\",\"amount\":99.5}}")).ConfigureAwait(
            false);
        var large = await client.PostAsync(
            client.Body("tools/call", "{\"name\":\"transfer\",\"arguments\":{\"memo\":\"large\",\"amount\":101}}")).ConfigureAwait(false);
        return await context.Canary.SingsAsync("transfer rent 99.5").ConfigureAwait(false) && !large.Holds("moved");
    }

    private static async Task<Attempt> MoveAsync(AttackContext context, string name, string amount)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var memo = name.Replace(' ', '-');
        var reply = await client.PostAsync(
            client.Body("tools/call", "{\"name\":\"transfer\",\"arguments\":{\"memo\":\"" + memo + "\",\"amount\":" + amount + "}}")).ConfigureAwait(
                false);
        var moved = await context.Canary.SingsAsync($"transfer {memo} 1000000").ConfigureAwait(false);
        return new Attempt(name, moved, moved ? "a million moved" : $"nothing moved: {reply.Summary()}");
    }

    private static async Task<Uri> StartServerAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(fixture, context, message)).ConfigureAwait(false)).Url;

    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var arguments = message.GetProperty("params").GetProperty("arguments");
        fixture.Canary.Sing(
            $"transfer {arguments.GetProperty("memo").GetString()} {Number(arguments.GetProperty("amount")).ToString(CultureInfo.InvariantCulture)}");
        await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), "moved")).ConfigureAwait(false);
        return true;
    }

    // What a dynamic language makes of it.
    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => Number(value[0]),
    };
}
