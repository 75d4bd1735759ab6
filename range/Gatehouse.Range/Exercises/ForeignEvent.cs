using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An event id of a foreign stream is good in one's own session.</summary>
public sealed class ForeignEvent : Exercise
{
    /// <inheritdoc />
    public override string Id => "foreign-event";

    /// <inheritdoc />
    public override string Title => "Resume a foreign stream from one's own session";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-02", "L10", "L11"];

    /// <inheritdoc />
    public override string Protection => "stage session, event ids sealed to their session";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server on the official TypeScript SDK stores the events of all sessions together, as servers with several instances do. It finds an "
            + "event only by its id.",
        "Mallory uses a session of Mallory's own and resumes after an event of Alice. Mallory receives Alice's answers, although no session id "
            + "leaked.",
        "Gatehouse seals event ids to the session that they were issued in. They have no effect in another session.",
        "With event ids that are not checked, Mallory receives Alice's answers again.");

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => HostedProcess.SdkHttpAsync(fixture);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await HostedProcess.SdkHttpAsync(fixture).ConfigureAwait(false));

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var sessions = new UnboundSessions();
        // The rule of correlation stands behind it: it knows which request a resumed stream belongs to.
        IConversations? conversations = null;
        return PartReplacements.None
            .Put(PartNames.Sessions, sessions)
            .Around(PartNames.Conversations, real => conversations = real)
            .Around(PartNames.Session, _ => new SessionStage(sessions, new BlankCatalogue(), conversations!))
            .Put(PartNames.ResponseRule("correlation"), new PassingRule("correlation"));
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var secret = $"for alice alone: {context.Canary.Secret}";
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var leaked = (await victim.CallAsync("echo", new { text = secret }).ConfigureAwait(false)).EventIds;
        if (leaked.Count == 0) return [new Attempt("resume after a foreign event", false, "the server gave no event ids")];

        var thief = context.As(AttackContext.Attacker);
        await thief.InitializeAsync().ConfigureAwait(false);
        thief.Patience = TimeSpan.FromSeconds(10);
        var reply = await thief.GetAsync(text => text.Contains(secret, StringComparison.Ordinal), ("Last-Event-ID", leaked[0])).ConfigureAwait(false);
        var read = reply.Holds(secret);
        return [new Attempt("resume after a foreign event", read, read ? "alice's answers came back" : $"nothing came back: {reply.Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.ResumesAsync(context, "text");
}
