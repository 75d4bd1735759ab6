using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The header says one tool, the body another.</summary>
public sealed class HeaderBodyDesync : Exercise
{
    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    /// <inheritdoc />
    public override string Id => "header-body-desync";

    /// <inheritdoc />
    public override string Title => "Mcp-Name and body disagree";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-07", "T12", "T13", "T15"];

    /// <inheritdoc />
    public override string Protection => "stage validate, rule of the mirrored headers";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "Revision 2026-07-28 repeats the method and the name in headers, so that load balancers and firewalls need not read bodies. A firewall "
            + "permits only echo, by the header. The server acts by the body.",
        "Mallory sends Mcp-Name: echo, with a body that calls transfer. The server transfers the money.",
        "Gatehouse compares the method and the name in the header and the body of every request of this revision, and refuses a mismatch. A "
            + "firewall in front that decides by the header therefore decides about the same request.",
        "With a stage that does not compare, Mallory bypasses the firewall again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await StartInFrontAsync(fixture, (await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override Task<Uri> StartInFrontAsync(RangeFixture fixture, Uri gateway) =>
        NaiveProxy.StartAsync(fixture, gateway,
            (request, _) => request.Headers["Mcp-Method"] != "tools/call" || request.Headers["Mcp-Name"] == "echo");

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Validate, new NaiveValidate(Views.Whole));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var amount = "desync " + context.Canary.Secret;
        var reply = await CallAsync(context.As(AttackContext.Attacker), "echo", "transfer", new { amount }).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer " + amount).ConfigureAwait(false);
        return [new Attempt("header echo, body transfer", moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        var echo = await CallAsync(client, "echo", "echo", new { text = "hello" }).ConfigureAwait(false);
        var refused = await CallAsync(client, "transfer", "transfer", new { amount = "honest" }).ConfigureAwait(false);
        return echo.Holds("hello") && refused.Status == 403;
    }

    private static Task<RangeReply> CallAsync(RangeClient client, string header, string tool, object arguments) => client.PostAsync(
        client.Body("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + JsonSerializer.Serialize(arguments) + "," + Meta + "}"),
        "application/json",
        ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", header));
}
