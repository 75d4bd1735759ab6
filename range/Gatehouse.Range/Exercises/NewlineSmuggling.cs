using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A request nested in an allowed argument becomes a line of its own on stdio.</summary>
public abstract class NewlineSmuggling : Exercise
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-05", "ST-06", "G13"];

    /// <inheritdoc />
    public override string Protection => "stage forward, line framing of stdio";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "On stdio each line is a message. A bridge from HTTP writes the received body unchanged, and JSON may have line breaks between its tokens.",
        "Mallory calls echo, which is permitted, with an argument that is a whole call of transfer on a line of its own. The policy sees one call "
            + "of echo. The server sees a call of transfer between two lines that it cannot read.",
        "Gatehouse never copies framing. Outside strings, it replaces every CR and LF with a space before a message enters stdio. The argument "
            + "remains an argument.",
        "With framing that copies the bytes, in the gateway's own stdio upstream, the server transfers the money again.");

    internal override IReadOnlyList<PolicyRule> Rules => [Policies.EchoAlone];

    internal abstract string[] Command(RangeFixture fixture);

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => NaiveBridge.StartAsync(fixture, Command(fixture));

    internal override Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) => Task.FromResult(Upstream.Stdio(Command(fixture)));

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authorize, new AuthorizeStage(new BlankCatalogue()))
        .Put(PartNames.Framing, RawLines.Write);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await SmuggleAsync(context, "line feed", "\n").ConfigureAwait(false),
        await SmuggleAsync(context, "carriage return and line feed", "\r\n").ConfigureAwait(false),
    ];

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static async Task<Attempt> SmuggleAsync(AttackContext context, string name, string lineBreak)
    {
        var amount = $"{name} {context.Canary.Secret}";
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        client.Patience = TimeSpan.FromSeconds(5);
        var nested = client.CallBody("transfer", new { amount });
        var body = client.Body("tools/call", "{\"name\":\"echo\",\"arguments\":{\"text\":\"x\",\"more\":" + lineBreak + nested + lineBreak + "}}");
        var reply = await client.PostAsync(body).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer " + amount, TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        return new Attempt(name, moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}");
    }
}
