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

/// <summary>The forbidden tool is reached on another server, where one of the same name is permitted.</summary>
public sealed class OtherServer : Exercise
{
    private const string Suffix = "-b";

    /// <inheritdoc />
    public override string Id => "other-server";

    /// <inheritdoc />
    public override string Title => "Permitted tool of one server, forbidden on another";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, the server of a rule";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A sandbox and a production server run next to each other, each with a tool named transfer. Callers of one server can reach the other, "
            + "because only the path differs.",
        "Mallory, who may use only the sandbox, calls transfer on the production server. The server transfers the money.",
        "A rule of Gatehouse applies to servers and tools together. Each server has a resource identifier, and therefore tokens of its own.",
        "With a stage that checks whether the tool is permitted on any server, the server transfers the money again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture,
            overrides: (context, message) => AnswerAsync(context, message, fixture.Canary)).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartUnguardedAsync(fixture).ConfigureAwait(false));

    internal override IReadOnlyList<ServerSettings> Beside(ServerSettings first) =>
        [first with { Name = "production", Path = first.Path + Suffix, Http = first.Http! with { Url = Beside(first.Http.Url) } }];

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - { id: play, permit: { subjects: [alice, mallory], servers: [target] } }
          - { id: look, permit: { subjects: [alice, mallory], servers: [production], tools: [echo] } }
        """);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Authorize, new AnyServerAuthorize());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = Production(context).As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("transfer", new { amount = "a million" }).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("production transfer a million").ConfigureAwait(false);
        return [new Attempt("transfer at production", moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var sandbox = context.As(AttackContext.Victim);
        await sandbox.InitializeAsync().ConfigureAwait(false);
        await sandbox.CallAsync("transfer", new { amount = "play money" }).ConfigureAwait(false);
        return await context.Canary.SingsAsync("sandbox transfer play money").ConfigureAwait(false)
            && await Honest.EchoesAsync(Production(context)).ConfigureAwait(false);
    }

    private static AttackContext Production(AttackContext context) =>
        context with { Endpoint = Beside(context.Endpoint), Resource = context.Resource + Suffix };

    private static Uri Beside(Uri url) => new(url.AbsoluteUri + Suffix);

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
            return false;
        var parameters = message.GetProperty("params");
        if (parameters.GetProperty("name").GetString() != "transfer") return false;
        var place = context.Request.Path.Value!.EndsWith(Suffix, StringComparison.Ordinal) ? "production" : "sandbox";
        canary.Sing($"{place} transfer {parameters.GetProperty("arguments").GetProperty("amount").GetString()}");
        await CanaryServer.WriteAsync(context, CanaryServer.Result(message.GetProperty("id"), "moved")).ConfigureAwait(false);
        return true;
    }
}
