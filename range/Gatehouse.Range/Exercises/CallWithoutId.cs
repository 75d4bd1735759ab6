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

/// <summary>A forbidden tool is called by a message without an id, which the policy takes for a notification and the server for a call.</summary>
public sealed class CallWithoutId : Exercise
{
    /// <inheritdoc />
    public override string Id => "call-without-id";

    /// <inheritdoc />
    public override string Title => "A call without an id";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01", "ST-05"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, the target of a message in any form; stage inspect-request, rule of arguments";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy forbids Mallory the tool transfer, and asks its policy about requests. A message without an id is a notification to it, and passes. "
            + "The server looks at the method, and only leaves out the answer.",
        "Mallory sends the call without an id. The server transfers the money and answers nothing.",
        "Gatehouse asks the rules about the tool whatever the form of the message, and compares its arguments with the schema. A rule that permits "
            + "the method does not permit what another one forbids.",
        "With a stage that asks about requests only, and without the rule of arguments, the server transfers the money again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await NaiveProxy.StartAsync(fixture, await StartServerAsync(fixture).ConfigureAwait(false),
            static (_, body) => !IsRequest(body) || !IsTransfer(body)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: calls
            permit: { subjects: [alice, mallory], methods: [tools/call] }
          - id: no-transfers
            forbid: { subjects: [mallory], tools: [transfer] }
        """);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Around(PartNames.Authorize, static real => new RequestsOnlyAuthorize(real))
        .Put(PartNames.RequestRule("arguments"), new PassingRule("arguments"));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        const string call = """{"jsonrpc":"2.0","method":"tools/call","params":{"name":"transfer","arguments":{"memo":"loot"}}}""";
        var reply = await client.PostAsync(call).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer loot").ConfigureAwait(false);
        return [new Attempt("a forbidden call without an id", moved, moved ? "the money moved" : $"nothing moved: {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new { memo = "hello" }).ConfigureAwait(false);
        return reply.Result(client.LastId) is not null && await context.Canary.SingsAsync("echo hello").ConfigureAwait(false);
    }

    private static bool IsRequest(byte[] body)
    {
        if (body.Length == 0) return false;
        using var message = JsonDocument.Parse(body);
        return message.RootElement.TryGetProperty("id", out _);
    }

    private static bool IsTransfer(byte[] body) => !NaiveReading.CallsNothingButEcho(body);

    private static async Task<Uri> StartServerAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, overrides: (context, message) => CarryOutAsync(fixture, context, message)).ConfigureAwait(false)).Url;

    private static async Task<bool> CarryOutAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var parameters = message.GetProperty("params");
        fixture.Canary.Sing($"{parameters.GetProperty("name")} {parameters.GetProperty("arguments").GetProperty("memo")}");
        if (message.TryGetProperty("id", out var id)) await CanaryServer.WriteAsync(context, CanaryServer.Result(id, "moved")).ConfigureAwait(false);
        else context.Response.StatusCode = StatusCodes.Status202Accepted;
        return true;
    }
}
