using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>The forbidden tool is reached through a prompt and a resource of the same server.</summary>
public sealed class SideDoor : Exercise
{
    /// <inheritdoc />
    public override string Id => "side-door";

    /// <inheritdoc />
    public override string Title => "Forbidden tool through a prompt or a resource";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A filter checks tools/call. The server also runs its tools from prompts and resources, which the filter does not check.",
        "Mallory, who may not call transfer, gets the prompt of that name, and reads the resource that runs it.",
        "Gatehouse denies everything that no rule permits. A rule that lists tools applies only to tools. Prompts and resources need a rule of "
            + "their own.",
        "With a stage that checks only tools/call, the server transfers the money in both ways again.");

    internal override IReadOnlyList<Gatehouse.Policy.Rules.PolicyRule> Rules => [Policies.EchoAlone];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, (await StartServerAsync(fixture).ConfigureAwait(false)).Url,
        static (_, body) => body.AsSpan().IndexOf("\"tools/call\""u8) < 0 || body.AsSpan().IndexOf("\"transfer\""u8) < 0).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Authorize, static real => new ToolsOnlyAuthorize(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await TryAsync(context, "by a prompt", "prompts/get", "\"name\":\"transfer\"").ConfigureAwait(false),
        await TryAsync(context, "by a resource", "resources/read", "\"uri\":\"run://transfer\"").ConfigureAwait(false),
    ];

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static async Task<Attempt> TryAsync(AttackContext context, string name, string method, string parameters)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.PostAsync(client.Body(method, $"{{{parameters}}}")).ConfigureAwait(false);
        var moved = context.Canary.Songs.Contains("transfer " + method);
        return new Attempt(name, moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}");
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        var name = method.GetString()!;
        if (name is "prompts/get" or "resources/read") canary.Sing("transfer " + name);
        object? answer = name switch
        {
            "prompts/list" => new { jsonrpc = "2.0", id, result = new { prompts = new[] { new { name = "transfer" } } } },
            "resources/list" => new { jsonrpc = "2.0", id, result = new { resources = new[] { new { name = "transfer", uri = "run://transfer" } } } },
            "prompts/get" => new { jsonrpc = "2.0", id, result = new { messages = Array.Empty<object>() } },
            "resources/read" => new { jsonrpc = "2.0", id, result = new { contents = Array.Empty<object>() } },
            _ => null,
        };
        if (answer is null) return false;
        await CanaryServer.WriteAsync(context, answer).ConfigureAwait(false);
        return true;
    }
}
