using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A server that gives out session ids acts for a caller who shows none.</summary>
public sealed class LegacyWithoutSession : Exercise
{
    /// <inheritdoc />
    public override string Id => "legacy-without-session";

    /// <inheritdoc />
    public override string Title => "A call outside every session";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-01", "L04"];

    /// <inheritdoc />
    public override string Protection => "stage session, calls without an id to servers that issue them";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server of the legacy era gives every client a session id, but also answers calls without one. Checks of a session, its owner and its "
            + "lists do not apply to such a call.",
        "Mallory omits the handshake and the id, and calls a tool that acts.",
        "Gatehouse learns from its own handshake whether a server issues session ids. It sends such a server no legacy call without an id: 400 (MCP "
            + "2025-11-25, transports, session management).",
        "With a session stage that treats every server as one without sessions, the call arrives and acts again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartUnguardedAsync(fixture).ConfigureAwait(false));

    // Sessions and conversations are composed before the stage that asks them.
    internal override PartReplacements Replace(RangeFixture fixture)
    {
        ISessions? sessions = null;
        IConversations? conversations = null;
        return PartReplacements.None
            .Around(PartNames.Sessions, real => sessions = real)
            .Around(PartNames.Conversations, real => conversations = real)
            .Around(PartNames.Session, _ => new SessionStage(sessions!, new BlankCatalogue(), conversations!));
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var call = await context.As(AttackContext.Attacker).CallAsync("transfer", new { amount = "4711" }).ConfigureAwait(false);
        var acted = await context.Canary.SingsAsync("transfer 4711").ConfigureAwait(false);
        return [new Attempt("a call without handshake and id", acted, acted
            ? "the server acted outside every session" : $"nothing arrived: {call.Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}
